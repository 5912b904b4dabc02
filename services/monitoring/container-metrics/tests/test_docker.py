from __future__ import annotations

from pathlib import Path

import pytest
from tree import ID, docker_record, write

from container_metrics.docker import Container, containers_of


def test_reads_who_a_container_is(tmp_path: Path) -> None:
    docker_record(tmp_path)
    assert list(containers_of("shop/dev", tmp_path)) == [
        Container(
            id=ID,
            name="shop-dev-catalog-1",
            service="catalog",
            running=True,
            pid=4711,
            version="3a9b90ae4eec",
            created=1795266598.5,
            started=pytest.approx(1795266600.10832),
            restarts=2,
            out_of_memory=False,
        )
    ]


def test_gives_them_by_name(tmp_path: Path) -> None:
    for number, name in enumerate("cab"):
        docker_record(tmp_path, f"{number}" * 64, Name=f"/{name}")
    assert [container.name for container in containers_of("shop/dev", tmp_path)] == ["a", "b", "c"]


def test_knows_one_that_was_stopped(tmp_path: Path) -> None:
    docker_record(tmp_path, state={"Running": False, "Pid": 0, "OOMKilled": True})
    (container,) = containers_of("shop/dev", tmp_path)
    assert (container.running, container.out_of_memory) == (False, True)


@pytest.mark.parametrize(
    "change",
    [
        {"labels": {"vigie.stack": "shop/prod", "vigie.component": "catalog"}},
        {"labels": {}},
        {"labels": None},
        {"state": {"StartedAt": "0001-01-01T00:00:00Z"}},
    ],
    ids=["of another stack", "of nobody", "without labels", "never started"],
)
def test_leaves_out_a_container(tmp_path: Path, change: dict[str, object]) -> None:
    docker_record(tmp_path, **change)
    assert list(containers_of("shop/dev", tmp_path)) == []


def test_leaves_out_what_is_removed_or_written_just_now(tmp_path: Path) -> None:
    (tmp_path / "removed").mkdir()
    write(tmp_path / "half" / "config.v2.json", '{"ID": "')
    write(tmp_path / "file", "")
    assert list(containers_of("shop/dev", tmp_path)) == []


def test_fails_where_dockers_records_are_not(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(containers_of("shop/dev", tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("vigie/catalog:3a9b90ae4eec", "3a9b90ae4eec"),
        ("registry.example:5000/postgres:18.6@sha256:12ab", "18.6"),
        ("registry.example:5000/postgres@sha256:12ab", "sha256:12ab"),
        ("registry.example:5000/postgres", "latest"),
    ],
)
def test_knows_the_version_by_the_image(tmp_path: Path, image: str, version: str) -> None:
    docker_record(tmp_path, image=image)
    (container,) = containers_of("shop/dev", tmp_path)
    assert container.version == version
