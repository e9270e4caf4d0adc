"""The compose file and the image: what they name exists, what they say holds, and what can be run here is run."""

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from copydesk import __version__
from copydesk.settings import load
from tests.support.places import ROOT
from tests.support.stack import elasticsearch, kafka
from tests.support.stack.artifacts import StackUnavailable, cache_folder, lock
from tests.support.stack.fixtures import available

FILE, EXAMPLE = ROOT / "docker-compose.yml", ROOT / ".env.example"
COPYDESK = Path(sys.executable).with_name("copydesk")
ONCE = {"passwords", "setup", "dashboard", "seeds", "contact", "admin"}
PROFILES = "feeds,observe,kafka-ui,admin"
SECRETS = {"elasticsearch-secrets", "kibana-secrets", "copydesk-secrets", "admin-secrets"}


@cache
def loader() -> Path:
    """The reference loader, built from its pinned sources and kept between runs."""
    go = shutil.which("go")
    if go is None:
        raise StackUnavailable("no Go: install it, the reference loader of compose files is built with it")
    built = cache_folder() / "compose-loader-2.16.2-profiles"
    with lock("compose-loader"):
        if not built.exists():
            done = subprocess.run(
                [go, "build", "-o", built, "."],
                cwd=ROOT / "tests/support/compose_loader",
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise StackUnavailable(f"the compose loader cannot be built: {done.stderr.strip()[-300:]}")
    return built


def loaded(path: Path = FILE, **environ: str) -> dict[str, Any]:
    """The compose file as Docker would read it, all profiles on; raises CalledProcessError when it would not."""
    environ = {"PATH": os.environ["PATH"], "COMPOSE_PROFILES": PROFILES, **environ}
    done = subprocess.run([available(loader), path], env=environ, capture_output=True, text=True, check=True)
    assert not done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@cache
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = loaded()["services"]
    return found


def ours() -> dict[str, dict[str, Any]]:
    """The services that run our image."""
    return {name: service for name, service in services().items() if service["image"].startswith("copydesk:")}


def example() -> dict[str, str]:
    """What .env.example sets."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_reference_loader_takes_the_file_as_it_is_and_as_the_example_sets_it() -> None:
    defaults = {**example(), "PARTITIONS": ""}
    assert example()["PARTITIONS"] == str(load({}).partitions)
    assert loaded(**defaults) == loaded()


def test_the_reference_loader_refuses_a_broken_file(tmp_path: Path) -> None:
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(FILE.read_text(encoding="utf-8").replace("mem_limit:", "memlimit:"), encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        loaded(broken)
    assert "memlimit" in caught.value.stderr


def test_what_asks_the_sites_of_others_starts_only_where_it_is_told_who_asks() -> None:
    usual = loaded(COMPOSE_PROFILES="")["services"]
    assert set(usual) == {
        "passwords", "kafka", "elasticsearch", "kibana", "setup", "dashboard", "seeds", "cleaner", "indexer",
        "watcher", "desk",
    }  # fmt: skip
    for contact, code in (("", 2), ("desk@example.org", 0)):
        told = loaded(CONTACT=contact)["services"]["contact"]
        environment = {name: value or "" for name, value in told["environment"].items()}
        done = subprocess.run([COPYDESK, *told["command"]], env=environment, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        assert ("CONTACT in .env" in done.stderr) == bool(code)
    done = {"condition": "service_completed_successfully", "required": True}
    assert all(services()[name]["depends_on"]["contact"] == done for name in ("feeds", "pages"))


def test_the_small_set_fits_where_docker_has_4_gb() -> None:
    text = (ROOT / "deploy" / "small.env").read_text(encoding="utf-8")
    lines = (line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    small = dict(lines)
    assert small.keys() <= example().keys()
    [command] = re.findall(r"docker compose (--env-file deploy/small.env up --detach [a-z ]+)", text)
    assert command in EXAMPLE.read_text(encoding="utf-8")
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    found = loaded(**small)["services"]
    started = {name for name in command.split() if name in found} | {"kafka", "elasticsearch"}
    stay = [name for name in started if name not in ONCE]
    assert "kibana" not in stay
    assert sum(int(found[name]["mem_limit"]) for name in stay) <= 4 << 30
    heap = re.search(r"-Xmx(\d+)m", found["elasticsearch"]["environment"]["ES_JAVA_OPTS"])
    assert heap
    assert 2 * int(heap[1]) << 20 <= int(found["elasticsearch"]["mem_limit"])


def test_each_service_reaches_only_the_servers_that_it_needs() -> None:
    nets = {name: set(service.get("networks") or ()) for name, service in services().items()}
    inside = {name for name, net in loaded()["networks"].items() if net.get("internal")}
    assert inside == {"log", "index", "figures"}
    shared = {name for name, found in nets.items() if found & nets["kafka"] and name != "kafka"}
    assert shared == {
        "setup", "seeds", "feeds", "pages", "cleaner", "indexer", "watcher", "admin", "desk", "kafka-ui",
    }  # fmt: skip
    asked = {name for name, found in nets.items() if "index" in found and name != "elasticsearch"}
    assert asked == {"kibana", "setup", "dashboard", "indexer", "admin", "desk"}
    outward = {name for name, found in nets.items() if found - inside}
    assert outward == {name for name, each in services().items() if each.get("ports")} | {"feeds", "pages"}
    assert all(services()[name]["network_mode"] == "none" for name, found in nets.items() if not found)


def test_every_setting_is_explained_in_the_example_and_does_something() -> None:
    text = FILE.read_text(encoding="utf-8")
    used = set(re.findall(r"\$\{([A-Z_]+)", text))
    assert used == set(example())
    plain = loaded()
    for name, value in example().items():
        changed = {"BIND_ADDRESS": "0.0.0.0", "SEEDS": "/elsewhere"}.get(name, "7654" if value.isdigit() else "5g")
        assert loaded(**{name: changed}) != plain, name


def test_the_feeds_service_is_told_where_hubs_push() -> None:
    assert load({key: value or "" for key, value in services()["feeds"]["environment"].items()}).websub_url == ""
    told = loaded(WEBSUB_URL="https://desk.example/hubs", WEBSUB_LISTEN="0.0.0.0:8089")["services"]
    found = load(told["feeds"]["environment"])
    assert (found.websub_url, found.websub_listen) == ("https://desk.example/hubs", ("0.0.0.0", 8089))
    assert "COPYDESK_WEBSUB_URL" not in told["pages"]["environment"]


def test_nothing_is_bound_beyond_this_machine_unless_asked() -> None:
    ports = [port for service in services().values() for port in service.get("ports", ())]
    assert {port["published"] for port in ports} == {"9092", "9200", "5601", "8080", "8081", "9090", "3000"}
    assert {port["host_ip"] for port in ports} == {"127.0.0.1"}
    asked = loaded(BIND_ADDRESS="10.1.2.3", KAFKA_HOST="desk.example")["services"]
    assert asked["elasticsearch"]["ports"][0]["host_ip"] == "10.1.2.3"
    assert "HOST://desk.example:9092" in asked["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]


def test_images_are_pinned_by_short_name_to_the_versions_that_are_tested() -> None:
    images = {service["image"] for service in services().values()}
    assert all(re.fullmatch(r"([a-z]+/)?[a-z-]+:v?\d+\.\d+\.\d+", image) for image in images), images
    assert f"apache/kafka:{kafka.KAFKA.rsplit(':', 1)[1]}" in images
    assert {f"elasticsearch:{elasticsearch.VERSION}", f"kibana:{elasticsearch.VERSION}"} <= images


def test_every_service_has_limits_and_stops_gracefully() -> None:
    for name, service in services().items():
        assert service["mem_limit"], name
        assert 0 < float(service["cpus"]) <= 2, name
        assert 0 < service["pids_limit"] <= 4096, name
        assert service["restart"] == ("no" if name in ONCE else "unless-stopped"), name
        assert service["stop_grace_period"], name
        assert service["logging"]["options"]["max-size"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert "container_name" not in service, "scaling needs names to be free"
    for name in {*ours(), "prometheus", "grafana", "kafka-ui"}:
        assert services()[name]["read_only"], name
        assert services()[name]["cap_drop"] == ["ALL"], name
    for name, service in ours().items():
        assert service["pull_policy"] == "build", name
        assert service["build"]["args"] == {"VERSION": __version__, "REVISION": "", "CREATED": ""}, name
        if name not in ONCE:
            watched = {Path(each["path"]).name for each in service["develop"]["watch"]}
            assert {"copydesk", "consumers", "producers", "schemas"} <= watched
    for name in services().keys() - ONCE:
        assert services()[name]["healthcheck"]["test"], name
    for name in ("cleaner", "indexer", "watcher", "feeds", "pages"):
        assert services()[name]["environment"]["COPYDESK_HEARTBEAT"] in services()[name]["healthcheck"]["test"][-1]


def test_prometheus_asks_every_service_that_has_figures() -> None:
    folder = ROOT / "deploy" / "prometheus"
    config = yaml.safe_load((folder / "prometheus.yml").read_text(encoding="utf-8"))
    [looked_up] = config["scrape_configs"][0]["dns_sd_configs"]
    watched = {name for name in ours().keys() - ONCE if "figures" in services()[name]["networks"]}
    assert set(looked_up["names"]) == watched == ours().keys() - ONCE
    for name in watched:
        assert services()[name]["environment"]["COPYDESK_METRICS"] == f"0.0.0.0:{looked_up['port']}", name
    mounted = {volume["target"]: Path(volume["source"]) for volume in services()["prometheus"]["volumes"]}
    assert mounted["/etc/prometheus"] == folder
    assert config["rule_files"] == ["/etc/prometheus/*.rules.yml"]


def test_data_is_in_named_volumes_and_secrets_are_written_by_one_service() -> None:
    assert set(loaded()["volumes"]) == {"kafka", "elasticsearch", "kibana", "prometheus"} | SECRETS
    files = {"seeds", "feeds", "prometheus", "grafana"}
    writers, readers = set(), dict[str, set[str]]()
    for name, service in services().items():
        for volume in service.get("volumes", ()):
            if volume.get("source") in SECRETS:
                readers.setdefault(volume["source"], set()).add(name)
                if not volume.get("read_only"):
                    writers.add(name)
            assert volume["type"] == "volume" or (name in files and volume["read_only"]), name
    assert writers == {"passwords"}
    both = {"passwords", "setup"}
    assert {name: found - both for name, found in readers.items()} == {
        "elasticsearch-secrets": {"elasticsearch", "dashboard"}, "kibana-secrets": {"kibana"},
        "copydesk-secrets": {"indexer", "desk"}, "admin-secrets": {"admin"} & services().keys(),
    }, "each service sees what it needs alone"  # fmt: skip


def test_no_password_is_in_the_file() -> None:
    text = FILE.read_text(encoding="utf-8") + EXAMPLE.read_text(encoding="utf-8")
    assert not re.search(r"://[^/\s:]+:[^/\s@]+@", text)
    assert example()["ELASTIC_PASSWORD"] == ""


def test_services_start_after_what_they_need() -> None:
    def needs(name: str) -> dict[str, str]:
        return {other: each["condition"] for other, each in services()[name].get("depends_on", {}).items()}

    done, healthy = "service_completed_successfully", "service_healthy"
    assert needs("elasticsearch") == {"passwords": done}
    assert needs("setup") == {"kafka": healthy, "elasticsearch": healthy}
    assert all(needs(name) == {"setup": done} for name in ("kibana", "seeds", "cleaner", "indexer", "watcher", "desk"))
    assert all(needs(name) == {"setup": done, "contact": done} for name in ("feeds", "pages"))
    assert needs("dashboard") == {"kibana": healthy}


def test_every_variable_is_one_of_our_settings() -> None:
    source = (ROOT / "copydesk" / "settings.py").read_text(encoding="utf-8")
    known = set(re.findall(r'"(COPYDESK_[A-Z_]+)"', source))
    for name, service in ours().items():
        assert set(service.get("environment") or ()) <= known, name
        load({key: value or "" for key, value in (service.get("environment") or {}).items()})


@pytest.mark.parametrize("name", sorted(ONCE | {"feeds", "pages", "cleaner", "indexer", "watcher", "desk"}))
def test_every_command_is_one_of_ours(name: str) -> None:
    command = ours()[name]["command"]
    words = [word for word in command if re.fullmatch(r"[a-z][a-z-]+", word)]
    done = subprocess.run([COPYDESK, *words, "--help"], capture_output=True, text=True, check=True)
    options = [word for word in command if word.startswith("--")]
    assert all(option in done.stdout for option in options)


def test_the_image_is_named_for_the_version() -> None:
    images = re.findall(r"image: copydesk:(\S+)$", FILE.read_text(encoding="utf-8"), re.M)
    assert images == [__version__]


def test_the_dockerfile_is_clean() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_installs_from_the_hashed_lock_and_runs_as_nobody_special() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    build, final = text.split("\nFROM ", 2)[1:]
    assert "--require-hashes --requirement requirements.txt" in build
    assert re.search(r"^USER 1000:1000$", final, re.M)
    assert "apt-get" not in text
    version = re.search(r"^FROM (\S+)", text, re.M)
    assert version
    assert version[1] == final.split()[0]
    assert re.fullmatch(r"python:3\.13\.\d+-slim-bookworm", version[1])
    assert re.match(r"# syntax=docker/dockerfile:\d+\.\d+\.\d+\n", text)
    for label in ("version", "revision", "source", "created"):
        assert f"org.opencontainers.image.{label}=" in final, label
    assert "--hash=sha256:" in (ROOT / "requirements.txt").read_text(encoding="utf-8")


def test_what_the_builder_is_given_makes_a_package_that_runs(tmp_path: Path) -> None:
    """The last steps of the Dockerfile, with the packages of this environment in the place of the locked ones."""
    context, site = tmp_path / "context", tmp_path / "site"
    context.mkdir()
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for name in allowed:
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, context / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(place, context / name)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", site, "."], cwd=context, check=True, capture_output=True)
    shutil.rmtree(context)
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(site)}
    code = "import copydesk, sys; print(copydesk.__file__); from copydesk.cli.entry import main; main()"
    said = subprocess.run(
        [sys.executable, "-c", code, "clean", "-"],
        input=(ROOT / "seeds" / "moscow_times_atacms.txt").read_text(encoding="utf-8"),
        env=environ, cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert str(site) in said
    assert "ATACMS" in said
    for folder, place in (("schemas", site / "copydesk/schemas"), ("copydesk", site / "copydesk")):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and file.suffix in {".json", ".ndjson", ".npz", ".toml"}:
                assert (place / file.relative_to(ROOT / folder)).is_file(), file


def test_the_dashboard_shows_fields_that_the_index_has() -> None:
    from scripts import write_dashboard

    assert write_dashboard.PLACE.read_text(encoding="utf-8") == write_dashboard.document(), (
        "run scripts/write_dashboard"
    )
    templates = ROOT / "schemas" / "elasticsearch"
    articles = json.loads((templates / "articles-mappings.json").read_text(encoding="utf-8"))["template"]["mappings"]
    notes = json.loads((templates / "notes.json").read_text(encoding="utf-8"))["mappings"]
    fields = {
        view: {name: each["type"] for name, each in mapping["properties"].items() if "type" in each}
        for view, mapping in ((write_dashboard.DATA_VIEW, articles), (write_dashboard.NOTES_VIEW, notes))
    }
    *views, dashboard = map(json.loads, write_dashboard.document().splitlines())
    assert {view["id"] for view in views} == set(fields)
    for view in views:
        assert fields[view["id"]][view["attributes"]["timeFieldName"]] == "date"
    panels = json.loads(dashboard["attributes"]["panelsJSON"])
    named = {each["name"]: each["id"] for each in dashboard["references"]}
    fits = {"date_histogram": {"date"}, "terms": {"keyword"}, "median": {"long"}, "percentile": {"long"}}
    for panel in panels:
        shown = panel["embeddableConfig"]["attributes"]
        for layer_id, layer in shown["state"]["datasourceStates"]["formBased"]["layers"].items():
            known = fields[named[f"{panel['panelIndex']}:indexpattern-datasource-layer-{layer_id}"]]
            assert set(layer["columnOrder"]) == set(layer["columns"])
            visualization = json.dumps(shown["state"]["visualization"])
            assert all(f'"{column}"' in visualization for column in layer["columns"])
            for column in layer["columns"].values():
                if column["operationType"] != "count":
                    assert known[column["sourceField"]] in fits[column["operationType"]], column
            asked = re.findall(r"(\w+) :", shown["state"]["query"]["query"])
            assert set(asked) <= set(known)
    controls = json.loads(dashboard["attributes"]["controlGroupInput"]["panelsJSON"])
    for name, control in controls.items():
        assert (
            fields[named[f"controlGroup_{name}:optionsListDataView"]][control["explicitInput"]["fieldName"]]
            == "keyword"
        )
    boxes = [panel["gridData"] for panel in panels]
    cells = [(x, y) for b in boxes for x in range(b["x"], b["x"] + b["w"]) for y in range(b["y"], b["y"] + b["h"])]
    assert len(cells) == len(set(cells)), "panels lie over each other"
    assert max(x for x, _ in cells) == 47
