module vigie/bench/compose

go 1.26.3

require github.com/docker/compose/v5 v5.5.0

require (
	github.com/AlecAivazis/survey/v2 v2.3.7 // indirect
	github.com/DefangLabs/secret-detector v0.0.0-20250403165618-22662109213e // indirect
	github.com/Microsoft/go-winio v0.6.3-0.20251027160822-ad3df93bed29 // indirect
	github.com/acarl005/stripansi v0.0.0-20180116102854-5a71ef0e047d // indirect
	github.com/buger/goterm v1.0.4 // indirect
	github.com/compose-spec/compose-go/v2 v2.14.0 // indirect
	github.com/containerd/console v1.0.5 // indirect
	github.com/containerd/containerd/v2 v2.3.3 // indirect
	github.com/containerd/errdefs v1.0.0 // indirect
	github.com/containerd/platforms v1.0.0-rc.4 // indirect
	github.com/creack/pty v1.1.24 // indirect
	github.com/distribution/reference v0.6.0 // indirect
	github.com/docker/buildx v0.36.1 // indirect
	github.com/docker/cli v29.7.2+incompatible // indirect
	github.com/docker/cli-docs-tool v0.11.0 // indirect
	github.com/docker/go-units v0.5.0 // indirect
	github.com/eiannone/keyboard v0.0.0-20220611211555-0d226195f203 // indirect
	github.com/fsnotify/fsevents v0.2.0 // indirect
	github.com/go-viper/mapstructure/v2 v2.5.0 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/hashicorp/go-version v1.9.0 // indirect
	github.com/jonboulle/clockwork v0.5.0 // indirect
	github.com/mattn/go-shellwords v1.0.14 // indirect
	github.com/mitchellh/go-ps v1.0.0 // indirect
	github.com/moby/buildkit v0.32.2 // indirect
	github.com/moby/go-archive v0.3.3 // indirect
	github.com/moby/moby/api v1.55.0 // indirect
	github.com/moby/moby/client v0.5.1 // indirect
	github.com/moby/patternmatcher v0.6.1 // indirect
	github.com/moby/sys/atomicwriter v0.1.0 // indirect
	github.com/morikuni/aec v1.1.0 // indirect
	github.com/opencontainers/go-digest v1.0.0 // indirect
	github.com/opencontainers/image-spec v1.1.1 // indirect
	github.com/otiai10/copy v1.14.1 // indirect
	github.com/sirupsen/logrus v1.9.4 // indirect
	github.com/skratchdot/open-golang v0.0.0-20200116055534-eef842397966 // indirect
	github.com/spf13/cobra v1.10.2 // indirect
	github.com/spf13/pflag v1.0.10 // indirect
	github.com/tilt-dev/fsnotify v1.4.8-0.20220602155310-fff9c274a375 // indirect
	go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp v0.69.0 // indirect
	go.opentelemetry.io/otel v1.44.0 // indirect
	go.opentelemetry.io/otel/exporters/otlp/otlptrace v1.44.0 // indirect
	go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc v1.44.0 // indirect
	go.opentelemetry.io/otel/metric v1.44.0 // indirect
	go.opentelemetry.io/otel/sdk v1.44.0 // indirect
	go.opentelemetry.io/otel/trace v1.44.0 // indirect
	go.uber.org/goleak v1.3.0 // indirect
	go.uber.org/mock v0.6.0 // indirect
	go.yaml.in/yaml/v4 v4.0.0-rc.6 // indirect
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	google.golang.org/grpc v1.83.0 // indirect
	gotest.tools/v3 v3.5.2 // indirect
	tags.cncf.io/container-device-interface v1.1.0 // indirect
)

require (
	github.com/Azure/go-ansiterm v0.0.0-20250102033503-faa5f7b0171c // indirect // indirect
	github.com/ProtonMail/go-crypto v1.4.1 // indirect // indirect
	github.com/agnivade/levenshtein v1.2.1 // indirect // indirect
	github.com/asaskevich/govalidator v0.0.0-20230301143203-a9d515a09cc2 // indirect // indirect
	github.com/blang/semver v3.5.1+incompatible // indirect // indirect
	github.com/cenkalti/backoff/v5 v5.0.3 // indirect // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect // indirect
	github.com/clipperhouse/uax29/v2 v2.2.0 // indirect // indirect
	github.com/cloudflare/circl v1.6.3 // indirect // indirect
	github.com/containerd/containerd/api v1.11.1 // indirect // indirect
	github.com/containerd/continuity v0.5.0 // indirect // indirect
	github.com/containerd/errdefs/pkg v0.3.0 // indirect // indirect
	github.com/containerd/log v0.1.0 // indirect // indirect
	github.com/containerd/ttrpc v1.2.9 // indirect // indirect
	github.com/containerd/typeurl/v2 v2.3.0 // indirect // indirect
	github.com/cpuguy83/go-md2man/v2 v2.0.7 // indirect // indirect
	github.com/cyberphone/json-canonicalization v0.0.0-20241213102144-19d51d7fe467 // indirect // indirect
	github.com/decred/dcrd/dcrec/secp256k1/v4 v4.4.0 // indirect // indirect
	github.com/digitorus/pkcs7 v0.0.0-20230818184609-3a137a874352 // indirect // indirect
	github.com/digitorus/timestamp v0.0.0-20231217203849-220c5c2851b7 // indirect // indirect
	github.com/docker/docker v28.5.2+incompatible // indirect // indirect
	github.com/docker/docker-credential-helpers v0.9.8 // indirect // indirect
	github.com/docker/go-connections v0.7.0 // indirect // indirect
	github.com/felixge/httpsnoop v1.0.4 // indirect // indirect
	github.com/fvbommel/sortorder v1.1.0 // indirect // indirect
	github.com/go-logr/logr v1.4.3 // indirect // indirect
	github.com/go-logr/stdr v1.2.2 // indirect // indirect
	github.com/go-openapi/analysis v0.25.2 // indirect // indirect
	github.com/go-openapi/errors v0.22.8 // indirect // indirect
	github.com/go-openapi/jsonpointer v0.23.1 // indirect // indirect
	github.com/go-openapi/jsonreference v0.21.6 // indirect // indirect
	github.com/go-openapi/loads v0.24.0 // indirect // indirect
	github.com/go-openapi/runtime v0.32.4 // indirect // indirect
	github.com/go-openapi/runtime/server-middleware v0.30.0 // indirect // indirect
	github.com/go-openapi/spec v0.22.6 // indirect // indirect
	github.com/go-openapi/strfmt v0.26.4 // indirect // indirect
	github.com/go-openapi/swag v0.26.1 // indirect // indirect
	github.com/go-openapi/swag/cmdutils v0.26.1 // indirect // indirect
	github.com/go-openapi/swag/conv v0.27.0 // indirect // indirect
	github.com/go-openapi/swag/fileutils v0.26.1 // indirect // indirect
	github.com/go-openapi/swag/jsonname v0.26.1 // indirect // indirect
	github.com/go-openapi/swag/jsonutils v0.26.1 // indirect // indirect
	github.com/go-openapi/swag/loading v0.26.1 // indirect // indirect
	github.com/go-openapi/swag/mangling v0.26.1 // indirect // indirect
	github.com/go-openapi/swag/netutils v0.26.1 // indirect // indirect
	github.com/go-openapi/swag/stringutils v0.26.1 // indirect // indirect
	github.com/go-openapi/swag/typeutils v0.27.0 // indirect // indirect
	github.com/go-openapi/swag/yamlutils v0.26.1 // indirect // indirect
	github.com/go-openapi/validate v0.26.0 // indirect // indirect
	github.com/gobwas/glob v0.2.3 // indirect // indirect
	github.com/goccy/go-json v0.10.5 // indirect // indirect
	github.com/gofrs/flock v0.13.0 // indirect // indirect
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect // indirect
	github.com/golang/snappy v1.0.0 // indirect // indirect
	github.com/google/certificate-transparency-go v1.3.3 // indirect // indirect
	github.com/google/go-containerregistry v0.21.7 // indirect // indirect
	github.com/google/shlex v0.0.0-20191202100458-e7afc7fbc510 // indirect // indirect
	github.com/grpc-ecosystem/grpc-gateway/v2 v2.29.0 // indirect // indirect
	github.com/hashicorp/errwrap v1.1.0 // indirect // indirect
	github.com/hashicorp/go-cleanhttp v0.5.2 // indirect // indirect
	github.com/hashicorp/go-multierror v1.1.1 // indirect // indirect
	github.com/hiddeco/sshsig v0.2.0 // indirect // indirect
	github.com/in-toto/attestation v1.2.0 // indirect // indirect
	github.com/in-toto/in-toto-golang v0.11.0 // indirect // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect // indirect
	github.com/inhies/go-bytesize v0.0.0-20220417184213-4913239db9cf // indirect // indirect
	github.com/kballard/go-shellquote v0.0.0-20180428030007-95032a82bc51 // indirect // indirect
	github.com/klauspost/compress v1.19.1 // indirect // indirect
	github.com/lestrrat-go/blackmagic v1.0.4 // indirect // indirect
	github.com/lestrrat-go/dsig v1.0.0 // indirect // indirect
	github.com/lestrrat-go/dsig-secp256k1 v1.0.0 // indirect // indirect
	github.com/lestrrat-go/httpcc v1.0.1 // indirect // indirect
	github.com/lestrrat-go/httprc/v3 v3.0.2 // indirect // indirect
	github.com/lestrrat-go/jwx/v3 v3.0.13 // indirect // indirect
	github.com/lestrrat-go/option/v2 v2.0.0 // indirect // indirect
	github.com/mattn/go-colorable v0.1.14 // indirect // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect // indirect
	github.com/mattn/go-runewidth v0.0.23 // indirect // indirect
	github.com/mgutz/ansi v0.0.0-20170206155736-9520e82c474b // indirect // indirect
	github.com/mitchellh/hashstructure/v2 v2.0.2 // indirect // indirect
	github.com/moby/docker-image-spec v1.3.1 // indirect // indirect
	github.com/moby/locker v1.0.1 // indirect // indirect
	github.com/moby/policy-helpers v0.0.0-20260722051018-856be88baec4 // indirect // indirect
	github.com/moby/sys/capability v0.4.0 // indirect // indirect
	github.com/moby/sys/sequential v0.7.0 // indirect // indirect
	github.com/moby/sys/signal v0.7.1 // indirect // indirect
	github.com/moby/sys/symlink v0.3.0 // indirect // indirect
	github.com/moby/sys/user v0.4.1 // indirect // indirect
	github.com/moby/sys/userns v0.1.0 // indirect // indirect
	github.com/moby/term v0.5.2 // indirect // indirect
	github.com/oklog/ulid/v2 v2.1.1 // indirect // indirect
	github.com/open-policy-agent/opa v1.14.1 // indirect // indirect
	github.com/otiai10/mint v1.6.3 // indirect // indirect
	github.com/package-url/packageurl-go v0.1.1 // indirect // indirect
	github.com/pelletier/go-toml/v2 v2.3.1 // indirect // indirect
	github.com/pkg/errors v0.9.1 // indirect // indirect
	github.com/planetscale/vtprotobuf v0.6.1-0.20240319094008-0393e58bdf10 // indirect // indirect
	github.com/rcrowley/go-metrics v0.0.0-20250401214520-65e299d6c5c9 // indirect // indirect
	github.com/russross/blackfriday/v2 v2.1.0 // indirect // indirect
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.1 // indirect // indirect
	github.com/secure-systems-lab/go-securesystemslib v0.11.0 // indirect // indirect
	github.com/segmentio/asm v1.2.1 // indirect // indirect
	github.com/shibumi/go-pathspec v1.3.0 // indirect // indirect
	github.com/sigstore/protobuf-specs v0.5.1 // indirect // indirect
	github.com/sigstore/rekor v1.5.3 // indirect // indirect
	github.com/sigstore/rekor-tiles/v2 v2.3.0 // indirect // indirect
	github.com/sigstore/sigstore v1.10.8 // indirect // indirect
	github.com/sigstore/sigstore-go v1.2.2 // indirect // indirect
	github.com/sigstore/timestamp-authority/v2 v2.1.2 // indirect // indirect
	github.com/tchap/go-patricia/v2 v2.3.3 // indirect // indirect
	github.com/theupdateframework/go-tuf/v2 v2.4.2 // indirect // indirect
	github.com/tonistiigi/dchapes-mode v0.0.0-20250318174251-73d941a28323 // indirect // indirect
	github.com/tonistiigi/fsutil v0.0.0-20260717003753-6d9dc2ebad62 // indirect // indirect
	github.com/tonistiigi/go-csvvalue v0.0.0-20240814133006-030d3b2625d0 // indirect // indirect
	github.com/tonistiigi/units v0.0.0-20180711220420-6950e57a87ea // indirect // indirect
	github.com/tonistiigi/vt100 v0.0.0-20240514184818-90bafcd6abab // indirect // indirect
	github.com/transparency-dev/formats v0.1.1 // indirect // indirect
	github.com/transparency-dev/merkle v0.0.2 // indirect // indirect
	github.com/valyala/fastjson v1.6.7 // indirect // indirect
	github.com/vektah/gqlparser/v2 v2.5.32 // indirect // indirect
	github.com/xeipuuv/gojsonpointer v0.0.0-20190905194746-02993c407bfb // indirect // indirect
	github.com/xeipuuv/gojsonreference v0.0.0-20180127040603-bd5ef7bd5415 // indirect // indirect
	github.com/xhit/go-str2duration/v2 v2.1.0 // indirect // indirect
	github.com/yashtewari/glob-intersection v0.2.0 // indirect // indirect
	github.com/youmark/pkcs8 v0.0.0-20240726163527-a2c0da244d78 // indirect // indirect
	go.opentelemetry.io/auto/sdk v1.2.1 // indirect // indirect
	go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc v0.69.0 // indirect // indirect
	go.opentelemetry.io/contrib/instrumentation/net/http/httptrace/otelhttptrace v0.69.0 // indirect // indirect
	go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc v1.44.0 // indirect // indirect
	go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp v1.44.0 // indirect // indirect
	go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp v1.44.0 // indirect // indirect
	go.opentelemetry.io/otel/sdk/metric v1.44.0 // indirect // indirect
	go.opentelemetry.io/proto/otlp v1.10.0 // indirect // indirect
	go.yaml.in/yaml/v2 v2.4.4 // indirect // indirect
	go.yaml.in/yaml/v3 v3.0.4 // indirect // indirect
	golang.org/x/crypto v0.54.0 // indirect // indirect
	golang.org/x/mod v0.38.0 // indirect // indirect
	golang.org/x/net v0.57.0 // indirect // indirect
	golang.org/x/term v0.45.0 // indirect // indirect
	golang.org/x/text v0.40.0 // indirect // indirect
	golang.org/x/time v0.15.0 // indirect // indirect
	google.golang.org/genproto/googleapis/api v0.0.0-20260526163538-3dc84a4a5aaa // indirect // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20260526163538-3dc84a4a5aaa // indirect // indirect
	google.golang.org/protobuf v1.36.12-0.20260120151049-f2248ac996af // indirect // indirect
	gopkg.in/ini.v1 v1.67.3 // indirect // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect // indirect
	k8s.io/klog/v2 v2.140.0 // indirect // indirect
	sigs.k8s.io/yaml v1.6.0 // indirect // indirect
)

exclude (
	// FIXME(thaJeztah): remove this once kubernetes updated their dependencies to no longer need this.
	//
	// For additional details, see this PR and links mentioned in that PR:
	// https://github.com/kubernetes-sigs/kustomize/pull/5830#issuecomment-2569960859 // indirect
	github.com/davecgh/go-spew v1.1.2-0.20180830191138-d8f796af33cc // indirect
	github.com/pmezard/go-difflib v1.0.1-0.20181226105442-5d4384ee4fb2 // indirect
)
