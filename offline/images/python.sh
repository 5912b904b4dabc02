# library/python: python3 and pip in /usr/local/bin, pip usable by root as it is.
cd /usr/local/bin
for name in python3.14 python3 python; do ln -sf /usr/bin/python3.14 "$name"; done
rm -f /usr/lib/python3*/EXTERNALLY-MANAGED
wheel=$(echo /usr/share/python-wheels/pip-*.whl)
python3 "$wheel/pip" install --no-index --no-deps --no-compile --root-user-action ignore "$wheel"
ln -sf pip3 pip
