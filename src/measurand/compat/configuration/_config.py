"""`Config`: the settings that files give, one after the other, with the schema that they keep to."""

from __future__ import annotations

import copy
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from measurand.compat._settings_files import FILE, SCHEMA, VARIABLE, at_home, in_working_directory, named_by_environment
from measurand.compat.configuration._dot_dict import DotDict
from measurand.compat.configuration._schema import check_type, problems
from measurand.errors import ConfigurationError

logger = logging.getLogger(__name__)

_HERE = Path(__file__).parent


class Config:
    """Settings by attribute and by item, collected from files called ``qcodesrc.json``.

    Later files take precedence: the defaults, the home folder, the file that the variable ``QCODES_CONFIG`` names, the
    working directory, and the folder given. Each may be accompanied by a ``qcodesrc_schema.json``.

    Args:
        path: A folder with a further file of settings.

    Raises:
        ConfigurationError: A file holds a setting that the schema refuses; all that it refuses are listed.

    Example:
        >>> config = Config()
        >>> config.dataset.write_period, config["dataset"]["write_period"], config["dataset.write_period"]
        (5.0, 5.0, 5.0)
    """

    config_file_name = FILE
    schema_file_name = SCHEMA
    default_file_name = str(_HERE / FILE)
    schema_default_file_name = str(_HERE / SCHEMA)
    home_file_name = at_home(FILE)
    schema_home_file_name = at_home(SCHEMA)
    env_file_name = named_by_environment(FILE)
    schema_env_file_name = named_by_environment(SCHEMA)
    cwd_file_name = in_working_directory(FILE)
    schema_cwd_file_name = in_working_directory(SCHEMA)

    current_config: ClassVar[DotDict | None] = None
    current_schema: ClassVar[DotDict | None] = None
    current_config_path = default_file_name

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.config_file_path = path
        self.defaults, self.defaults_schema = self.load_default()
        self.update_config(path)

    def load_default(self) -> tuple[DotDict, DotDict]:
        """Return the settings that hold where no file says anything, and their schema."""
        defaults, schema = self.load_config(self.default_file_name), self.load_config(self.schema_default_file_name)
        self.validate(defaults, schema)
        return defaults, schema

    def update_config(self, path: str | os.PathLike[str] | None = None) -> dict[str, Any]:
        """Read all files anew; what was set or added since is forgotten.

        Args:
            path: A folder with a further file of settings; None: no further one.

        Returns:
            The settings.

        Raises:
            ConfigurationError: A file holds what the schema refuses, or is no JSON; the settings stay as they were.
        """
        files = [
            (self.home_file_name, self.schema_home_file_name),
            (self.env_file_name, self.schema_env_file_name),
            (self.cwd_file_name, self.schema_cwd_file_name),
        ]
        if path is not None:
            self.config_file_path = path
            folder = Path(path)
            files.append((str(folder / FILE), str(folder / SCHEMA)))
        config, schema = copy.deepcopy(self.defaults), copy.deepcopy(self.defaults_schema)
        last = self.default_file_name
        for file, schema_file in files:
            if not Path(file).is_file():
                continue
            _join(config, self.load_config(file))
            if Path(schema_file).is_file():
                _join(schema, self.load_config(schema_file))
            _check(config, schema, file)
            last = file
        # of this object; those of the class stay None
        vars(self).update(current_config=config, current_schema=schema, current_config_path=last)
        return config

    def validate(
        self,
        json_config: Mapping[str, Any] | None = None,
        schema: Mapping[str, Any] | None = None,
        extra_schema_path: str | None = None,
    ) -> None:
        """Refuse settings that a schema refuses.

        Args:
            json_config: The settings; default the present ones.
            schema: The schema; default the present one.
            extra_schema_path: A file with a schema that is joined to it.

        Raises:
            ConfigurationError: It refuses them; everything that is wrong is listed.
        """
        config = self.current_config if json_config is None else json_config
        judged = DotDict(copy.deepcopy(self.current_schema if schema is None else schema) or {})
        if extra_schema_path is not None:
            if Path(extra_schema_path).is_file():
                _join(judged, self.load_config(extra_schema_path))
            else:
                logger.warning("There is no schema %s; it judges nothing.", extra_schema_path)
        _check(config or {}, judged, "")

    def add(
        self,
        key: str,
        value: Any,
        value_type: str | None = None,
        description: str | None = None,
        default: Any | None = None,
    ) -> None:
        """Add a setting of your own, as ``user.<key>``.

        Args:
            key: Its name.
            value: What it is.
            value_type: The type that it must have from now on, in the words of JSON schema: ``"string"``,
                ``"boolean"``, ``"integer"``, ``"number"``, …; None: any.
            description: What it means; needs ``value_type``.
            default: For the schema; needs ``value_type``.

        Raises:
            ConfigurationError: The value is not of this type, or there is no such type; nothing was added.
        """
        if value_type is None:
            if description is not None or default is not None:
                logger.warning("user.%s: description and default are part of a type and not kept without it.", key)
        else:
            check_type(value_type)
            extra = {"default": default, "description": description}
            entry = {"type": value_type, **{word: it for word, it in extra.items() if it is not None}}
            found = list(problems(value, entry, f"user.{key}"))
            if found:
                raise ConfigurationError("\n".join(found))
            described = self._schema.setdefault("properties", {}).setdefault("user", {"type": "object"})
            dict.__setitem__(described.setdefault("properties", {}), key, DotDict(entry))
        dict.__setitem__(self._settings.setdefault("user", {}), key, value)

    @staticmethod
    def load_config(path: str | os.PathLike[str]) -> DotDict:
        """Return what a file of settings holds.

        Raises:
            FileNotFoundError: It does not exist.
            ConfigurationError: It holds no JSON, or something else than a table.
        """
        try:
            found = json.loads(Path(path).read_text(encoding="utf-8-sig"))
        except json.JSONDecodeError as error:
            raise ConfigurationError(
                f"{path}:{error.lineno}:{error.colno}: no valid JSON: {error.msg}. Correct it, or move the file away."
            ) from None
        if not isinstance(found, dict):
            raise ConfigurationError(f"{path}: holds {found!r}; a file of settings holds a table, {{…}}.")
        return DotDict(found)

    def save_config(self, path: str | os.PathLike[str]) -> None:
        """Write the present settings to a file."""
        Path(path).write_text(_as_text(self._settings), encoding="utf-8")

    def save_schema(self, path: str | os.PathLike[str]) -> None:
        """Write the present schema to a file."""
        Path(path).write_text(_as_text(self._schema), encoding="utf-8")

    def save_to_home(self) -> None:
        """Write settings and schema to the home folder."""
        self._save(self.home_file_name, self.schema_home_file_name)

    def save_to_env(self) -> None:
        """Write settings and schema where the variable ``QCODES_CONFIG`` points.

        Raises:
            FileNotFoundError: It was not set when this process began.
        """
        if not self.env_file_name:
            raise FileNotFoundError(
                f"The variable {VARIABLE} names no place for the settings. Set it before Python starts, to the "
                f"path of a file {FILE}."
            )
        self._save(self.env_file_name, self.schema_env_file_name)

    def save_to_cwd(self) -> None:
        """Write settings and schema to the working directory."""
        self._save(self.cwd_file_name, self.schema_cwd_file_name)

    def _save(self, file: str, schema_file: str) -> None:
        self.save_config(file)
        self.save_schema(schema_file)

    def describe(self, name: str) -> str:
        """Return what a setting is for, what it is, its type, and the default that the schema names.

        Args:
            name: With dots, e.g. ``"core.db_location"``.

        Raises:
            UnknownSetting: There is none of this name.
        """
        value = self._settings[name]
        described: Any = self._schema
        for part in name.split("."):
            entries = described.get("properties", {})
            described = dict.get(entries, part, {})
        meaning = described.get("description", "Not described")
        default = described.get("default", "Not defined")
        return f"{meaning}.\nCurrent value: {value}. Type: {described.get('type', 'Not defined')}. Default: {default}."

    @property
    def _settings(self) -> DotDict:
        found: DotDict = vars(self)["current_config"]
        return found

    @property
    def _schema(self) -> DotDict:
        found: DotDict = vars(self)["current_schema"]
        return found

    def __getitem__(self, name: str) -> Any:
        return self._settings[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._settings[name] = value

    def __getattr__(self, name: str) -> Any:
        """Return the settings of a section, as ``config.core``."""
        settings: DotDict | None = vars(self).get("current_config")
        if settings is None or name.startswith("__"):
            raise AttributeError(name)
        return settings[name]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._settings})

    def __repr__(self) -> str:
        schemas = [self.schema_home_file_name, self.schema_env_file_name, self.schema_cwd_file_name]
        found = [file for file in schemas if Path(file).is_file()]
        return (
            f"Current values: \n {self._settings} \nCurrent paths: \n {self.current_config_path} \nSchemas: \n {found}"
        )


def _check(config: Mapping[str, Any], schema: Mapping[str, Any], file: str) -> None:
    found = list(problems(config, schema))
    if found:
        where = f"{file}: " if file else ""
        raise ConfigurationError(where + f"\n{where}".join(found))


def _join(target: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Enter what ``more`` says into ``target``, table by table."""
    for key, value in more.items():
        there = dict.get(target, key)
        if isinstance(value, Mapping) and isinstance(there, dict):
            _join(there, value)
        else:
            dict.__setitem__(target, key, DotDict(value) if isinstance(value, Mapping) else value)


def _as_text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, indent=4, ensure_ascii=False, default=os.fspath) + "\n"
