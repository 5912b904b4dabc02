from __future__ import annotations

import os
from pathlib import Path

from tree import unix_sockets, write

from container_metrics.sockets import Listening, listening

POOL = "/run/vigie-php/blog-php-1.sock"


def test_counts_what_waits_in_the_networks_of_all_clients(tmp_path: Path) -> None:
    unix_sockets(tmp_path, 1, listens=[POOL])
    unix_sockets(tmp_path, 2, pending=[POOL] * 6)
    unix_sockets(tmp_path, 3, pending=[POOL] * 5)
    assert listening([1, 2, 3], tmp_path) == [Listening(1, POOL, 11)]


def test_counts_no_connection_that_was_taken(tmp_path: Path) -> None:
    unix_sockets(tmp_path, 1, listens=[POOL], taken=[POOL])
    unix_sockets(tmp_path, 2, taken=[POOL] * 4)
    assert listening([1, 2], tmp_path) == [Listening(1, POOL, 0)]


def test_tells_the_sockets_of_one_container_apart(tmp_path: Path) -> None:
    status = "/run/vigie-php/blog-php-1.status.sock"
    unix_sockets(tmp_path, 1, listens=[status, POOL])
    unix_sockets(tmp_path, 2, pending=[POOL, status, POOL])
    assert listening([1, 2], tmp_path) == [Listening(1, POOL, 2), Listening(1, status, 1)]


def test_counts_a_network_once_that_two_containers_share(tmp_path: Path) -> None:
    unix_sockets(tmp_path, 1, listens=[POOL], pending=[POOL] * 2)
    (tmp_path / "2" / "net").mkdir(parents=True)
    os.link(tmp_path / "1" / "net" / "unix", tmp_path / "2" / "net" / "unix")
    assert listening([1, 2], tmp_path) == [Listening(1, POOL, 2)]


def test_counts_of_a_path_that_two_listen_at_what_is_surely_theirs(tmp_path: Path) -> None:
    own = "/run/mysqld/mysqld.sock"
    unix_sockets(tmp_path, 1, listens=[own], pending=[own])
    unix_sockets(tmp_path, 2, listens=[own], pending=[own] * 3)
    unix_sockets(tmp_path, 3, pending=[own] * 7)
    assert listening([1, 2, 3], tmp_path) == [Listening(1, own, 1), Listening(2, own, 3)]


def test_reads_a_path_with_a_space(tmp_path: Path) -> None:
    unix_sockets(tmp_path, 1, listens=["/run/a b"], pending=["/run/a b", "/run/a"])
    assert listening([1], tmp_path) == [Listening(1, "/run/a b", 1)]


def test_knows_nothing_of_a_process_that_has_ended(tmp_path: Path) -> None:
    unix_sockets(tmp_path, 1, listens=[POOL])
    assert listening([2, 1], tmp_path) == [Listening(1, POOL, 0)]


def test_knows_nothing_where_the_kernel_has_no_such_table(tmp_path: Path) -> None:
    write(tmp_path / "1" / "net" / "dev", "")
    assert listening([1], tmp_path) == []
