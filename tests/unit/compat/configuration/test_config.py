"""Settings of QCoDeS: which files give them, what the schema refuses, what is written back."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from measurand.compat.configuration import Config, settings
from measurand.errors import ConfigurationError, UnknownSetting


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Folders in place of the home folder, the one of the environment and the working directory."""
    found = {name: tmp_path / name for name in ("home", "env", "cwd", "extra")}
    for name, folder in found.items():
        folder.mkdir()
        if name != "extra":
            monkeypatch.setattr(Config, f"{name}_file_name", str(folder / "qcodesrc.json"))
            monkeypatch.setattr(Config, f"schema_{name}_file_name", str(folder / "qcodesrc_schema.json"))
    return found


def write(folder: Path, settings: object, schema: object = None) -> None:
    (folder / "qcodesrc.json").write_text(json.dumps(settings), encoding="utf-8")
    if schema is not None:
        (folder / "qcodesrc_schema.json").write_text(json.dumps(schema), encoding="utf-8")


def test_later_files_take_precedence(places: dict[str, Path]) -> None:
    for name, folder in places.items():
        write(folder, {"core": {"db_location": f"{name}.db"}, name: {"seen": True}})
    config = Config(str(places["extra"]))
    assert config.core.db_location == "extra.db"
    assert config.current_config_path == str(places["extra"] / "qcodesrc.json")
    assert config.home.seen
    assert config.env.seen
    assert config.cwd.seen
    assert config.extra.seen
    assert config.core.file_loglevel == "INFO"  # what no file says
    assert config.defaults.core.db_location == "~/experiments.db"
    (places["extra"] / "qcodesrc.json").unlink()
    config.update_config()
    assert config.core.db_location == "cwd.db"


def test_a_setting_of_the_wrong_type_is_refused_with_its_file(places: dict[str, Path]) -> None:
    write(places["cwd"], {"core": {"db_location": 4}, "logger": {"console_level": "LOUD"}})
    with pytest.raises(ConfigurationError) as caught:
        Config()
    first, second = str(caught.value).splitlines()
    file = places["cwd"] / "qcodesrc.json"
    assert first == f"{file}: core.db_location: 4 refused, allowed string."
    assert second.startswith(f"{file}: logger.console_level: 'LOUD' refused, allowed 'CRITICAL', 'ERROR',")


def test_settings_stay_as_they_were_when_a_file_is_refused(places: dict[str, Path]) -> None:
    config = Config()
    config.core.db_location = "mine.db"
    write(places["extra"], {"core": {"db_location": 4}})
    with pytest.raises(ConfigurationError):
        config.update_config(places["extra"])
    assert config.core.db_location == "mine.db"


@pytest.mark.parametrize(
    ("text", "said"),
    [("{bad", "qcodesrc.json:1:2: no valid JSON"), ("[1]", "holds [1]; a file of settings holds a table")],
)
def test_a_file_that_is_no_table_is_named(places: dict[str, Path], text: str, said: str) -> None:
    (places["home"] / "qcodesrc.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        Config()
    assert said in str(caught.value)


def test_a_schema_of_the_user_judges_what_the_user_adds(places: dict[str, Path]) -> None:
    schema = {"properties": {"user": {"properties": {"cooldown": {"type": "integer", "description": "number"}}}}}
    write(places["home"], {"user": {"cooldown": 12}}, schema)
    config = Config()
    assert config.describe("user.cooldown") == "number.\nCurrent value: 12. Type: integer. Default: Not defined."
    write(places["home"], {"user": {"cooldown": "twelve"}})
    with pytest.raises(ConfigurationError, match="user.cooldown: 'twelve' refused, allowed integer"):
        Config()


def test_what_is_saved_is_read_again(places: dict[str, Path]) -> None:
    config = Config()
    config["core"]["db_location"] = Path("somewhere") / "a.db"  # as many do
    config.add("trace_color", "blue", "string", "colour of the trace", "red")
    config.save_to_home()
    again = Config()
    assert again.core.db_location == str(Path("somewhere") / "a.db")
    assert again.user.trace_color == "blue"
    assert again.describe("user.trace_color").startswith("colour of the trace.\nCurrent value: blue.")
    config.save_to_cwd()
    assert {path.name for path in places["cwd"].iterdir()} == {"qcodesrc.json", "qcodesrc_schema.json"}
    config.save_to_env()
    assert again.load_config(places["env"] / "qcodesrc.json") == again.current_config


def test_nowhere_to_save_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Config, "env_file_name", "")
    with pytest.raises(FileNotFoundError, match="QCODES_CONFIG names no place"):
        Config().save_to_env()


def test_a_value_of_the_wrong_type_is_not_added(places: dict[str, Path], caplog: pytest.LogCaptureFixture) -> None:
    config = Config()
    with pytest.raises(ConfigurationError, match="user.n: 'x' refused, allowed integer"):
        config.add("n", "x", "integer")
    with pytest.raises(ConfigurationError, match="The type 'colour' is refused, allowed string"):
        config.add("n", "x", "colour")
    assert "n" not in config.user
    config.add("n", "x", description="alone")
    assert config.user.n == "x"
    assert "user.n: description and default are part of a type" in caplog.text


def test_a_misspelt_setting_is_told(places: dict[str, Path]) -> None:
    config = Config()
    with pytest.raises(UnknownSetting, match="no setting 'core.db_loction'; did you mean 'db_location'"):
        config["core.db_loction"]
    with pytest.raises(AttributeError, match="did you mean 'station'"):
        _ = config.statoin
    assert not hasattr(config.core, "nothing")
    assert "core" in dir(config)
    assert "db_location" in dir(config.core)
    assert repr(config).startswith("Current values: \n {'core': ")


def test_validate_judges_anything(places: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = Config()
    config.validate()
    schema = {"type": "object", "properties": {"a": {"type": "number", "minimum": 2}}}
    config.validate({"a": 2}, schema)
    with pytest.raises(ConfigurationError, match="a: 1 refused, allowed at least 2"):
        config.validate({"a": 1}, schema)
    extra = tmp_path / "extra.json"
    config.validate({"a": 2}, schema, str(extra))
    assert "There is no schema" in caplog.text
    extra.write_text('{"properties": {"a": {"maximum": 1}}}', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="a: 2 refused, allowed at most 1"):
        config.validate({"a": 2}, schema, str(extra))


def test_our_schema_is_one_and_accepts_our_defaults() -> None:
    config = Config()
    jsonschema.Draft7Validator.check_schema(config.defaults_schema)
    jsonschema.validate(config.defaults, config.defaults_schema)


def test_a_session_has_one() -> None:
    assert settings() is settings()


def test_the_alias_has_it_where_the_documentation_says(alias: None) -> None:
    import qcodes as qc  # type: ignore[import-not-found]  # under the alias
    import qcodes.configuration.config

    assert qc.config is settings()
    assert qc.qcconfig is qc.configuration
    assert qcodes.configuration.config.Config is qc.configuration.Config is Config
    assert qc.configuration.logger.name == "measurand.compat.configuration._config"
