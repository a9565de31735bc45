"""Fixtures of the command-line tests: a small input of two municipalities, and ways to run a command."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from thuisplan.cli import main
from thuisplan.inputs.files import read_raw
from thuisplan.inputs.parse import parse
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.write import write_folder

SETTINGS = """
format = 1
name = "Two places"
language = "en"
first_year = 2026
last_year = 2027
national_social_share = "259/1000"
at_average = "below"
"""

# Adorp has a commitment, and fewer social dwellings than the country has on average; care dwellings come
# in projects of three and cost 10,000 euros more, of which the province pays 70,000 in two years.
TABLES = {
    "municipalities": """
        code,name,boundary_year,dwelling_stock,social_stock,mid_stock
        GM0001,Adorp,2026,1000,200,
        GM0002,Beveen,2026,1000,400,""",
    "memberships": """
        municipality_code,purpose,place,region_municipalities
        GM0001,agreement,R,2
        GM0002,agreement,R,2""",
    "options": """
        option,dwelling_type,route,segment,unit,need_category,extra_cost_eur,deficit_eur,minimum_project,features
        care,care_suitable,new_build,social_rent,dwelling,care,10000,0,3,wheelchair|zero_step
        owner,affordable_owner,new_build,affordable_owner,dwelling,owner,0,0,1,
        rent,social_regular,new_build,social_rent,dwelling,rent,0,50000,1,""",
    "availability": """
        municipality_code,option,from_year,to_year,max_per_year
        GM0001,care,2026,2027,6
        GM0001,rent,2026,2027,10
        GM0002,care,2026,2026,6
        GM0002,owner,2026,2027,8""",
    "capacity": """
        municipality_code,route,from_year,to_year,dwellings_per_year
        GM0001,,2026,2027,12
        GM0002,,2026,2027,8""",
    "commitments": """
        municipality_code,option,year,dwellings
        GM0001,rent,2026,2""",
    "needs": """
        need_id,purpose,place,need_category,need_class,from_year,to_year,central
        care,agreement,R,care,special,2026,2026,4
        care,agreement,R,care,special,2027,2027,5""",
    "pots": """
        pot_id,payer,kind,purpose,place,dwelling_types,carry_over,carries_rest
        own,Gemeenten,deficit,,,,no,yes
        prov,Provincie,extra_cost,agreement,R,care_suitable,no,no""",
    "budgets": """
        pot_id,from_year,to_year,amount_eur
        prov,2026,2026,50000
        prov,2027,2027,30000""",
    "keys": """
        key_id,basis
        k,shares""",
    "key_shares": """
        key_id,municipality_code,year,share
        k,GM0001,,2/3
        k,GM0002,,1/3""",
    "rules": """
        rule_id,family,track,purpose,place,strength,weight,valid_from,valid_to,status,source
        fair,fair_share,1,agreement,R,soft,1,2026,2027,agreement,deal
        social-30,social_share,1,municipality,,hard,1,2026,2027,draft,letter""",
    "rule_parameters": """
        rule_id,parameter,value
        fair,basis,task
        fair,checkpoint_every,1
        fair,dead_band_dwellings,2
        fair,key,k
        fair,needs,care
        fair,options,care
        social-30,periods,year
        social-30,share,3/10
        social-30,side,below""",
}

# Nothing here shows without solving. Beveen must build 6 owner-occupied dwellings in 2026 and has room for
# 8; it is below the average, so 30 % must be social: only care, in projects of 3; and 6 + 3 is more than 8.
UNFIT = {
    "municipalities": TABLES["municipalities"].replace("1000,400", "1000,100"),
    "commitments": TABLES["commitments"] + "\n        GM0002,owner,2026,6",
}


class Outcome(NamedTuple):
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that was printed."""
        return self.out + self.err


@pytest.fixture(scope="session")
def run() -> Callable[..., Outcome]:
    """Return a function that runs a command in this process."""

    def call(*arguments: object) -> Outcome:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture(scope="session")
def command() -> list[str]:
    """Return the installed command, as the start of a list of arguments."""
    name = "thuisplan.exe" if os.name == "nt" else "thuisplan"
    return [str(Path(sysconfig.get_path("scripts")) / name)]


@pytest.fixture(scope="session")
def start(command: list[str]) -> Callable[..., Outcome]:
    """Return a function that runs the installed command as a process of its own."""

    def call(*arguments: object, **options: Any) -> Outcome:
        done = subprocess.run(
            [*command, *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            **options,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture(scope="session")
def running(command: list[str]) -> Callable[..., AbstractContextManager[subprocess.Popen[str]]]:
    """Return a context in which the installed command runs as a process of its own."""

    @contextmanager
    def begin(*arguments: object) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            [*command, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()

    return begin


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines()) + "\n"


@pytest.fixture(scope="session")
def write_small() -> Callable[..., Path]:
    """Return a function that writes the small input; tables by name replace those of ``TABLES``."""

    def write(folder: Path, settings: str = SETTINGS, **tables: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scenario.toml").write_text(_lines(settings), encoding="utf-8")
        for name, text in {**TABLES, **tables}.items():
            (folder / f"{name}.csv").write_text(_lines(text), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def small(tmp_path: Path, write_small: Callable[..., Path]) -> Path:
    """Return the small input, written."""
    return write_small(tmp_path / "small")


@pytest.fixture
def write_nation() -> Callable[[Path], Path]:
    """Return a function that writes a nation of eight municipalities in four regions, two years."""

    def write(folder: Path) -> Path:
        path = Path(__file__).parents[2] / "benchmarks" / "generate.py"
        spec = importlib.util.spec_from_file_location("generate_for_cli", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        scenario = module.generate(8, 1, 2, regions=4, blended=True)
        folder.mkdir()
        write_folder(scenario, folder, "en")
        return folder

    return write


@pytest.fixture
def unfit(tmp_path: Path, write_small: Callable[..., Path]) -> Path:
    """Return an input whose hard rules cannot hold together."""
    return write_small(tmp_path / "unfit", **UNFIT)


@pytest.fixture(scope="session")
def solved(
    tmp_path_factory: pytest.TempPathFactory, write_small: Callable[..., Path], run: Callable[..., Outcome]
) -> Path:
    """Return the plan of the small input, with a workbook; not to be changed."""
    folder = tmp_path_factory.mktemp("solved")
    given = write_small(folder / "small")
    outcome = run("solve", given, "-o", folder / "plan", "--xlsx")
    assert outcome.code == 0, outcome
    return folder / "plan"


@pytest.fixture
def plan(tmp_path: Path, solved: Path) -> Path:
    """Return a copy of the plan of the small input."""
    return Path(shutil.copytree(solved, tmp_path / "plan"))


@pytest.fixture(scope="session")
def municipality(
    tmp_path_factory: pytest.TempPathFactory, run: Callable[..., Outcome]
) -> Callable[[str, str], tuple[Path, Path]]:
    """Return a function that gives the start for one municipality and its plan, each made once."""
    made: dict[tuple[str, str], tuple[Path, Path]] = {}

    def give(file_format: str, language: str) -> tuple[Path, Path]:
        if (file_format, language) not in made:
            folder = tmp_path_factory.mktemp("municipality")
            options = ["--municipality", "GM0262", "--format", file_format, "--language", language]
            assert run("new", folder / "in", *options).code == 0
            given = folder / "in" / "scenario.xlsx" if file_format == "xlsx" else folder / "in"
            outcome = run("solve", given, "-o", folder / "plan")
            assert outcome.code == 0, outcome
            made[file_format, language] = given, folder / "plan"
        return made[file_format, language]

    return give


@pytest.fixture(scope="session")
def scenario_of() -> Callable[[Path], Scenario]:
    """Return a function that reads an input as rows."""

    def read(path: Path) -> Scenario:
        scenario, findings = parse(read_raw(path))
        assert scenario is not None, findings
        return scenario

    return read


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Return a function that writes a made-up region, for runs that take long."""
    made: dict[int, Path] = {}

    def give(municipalities: int) -> Path:
        if municipalities not in made:
            from thuisplan.inputs.write import write_folder

            folder = tmp_path_factory.mktemp("region")
            write_folder(_generate(municipalities), folder, None)
            made[municipalities] = folder
        return made[municipalities]

    return give


def _generate(municipalities: int) -> Scenario:
    root = str(Path(__file__).parents[2])
    sys.path.insert(0, root)
    try:
        from benchmarks.generate import generate
    finally:
        sys.path.remove(root)
    made = generate(municipalities)
    return made


@pytest.fixture(scope="session")
def snapshot() -> Callable[[Path], dict[str, bytes]]:
    """Return a function that gives the content of all files below a folder."""

    def take(folder: Path) -> dict[str, bytes]:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    return take


@pytest.fixture(scope="session")
def manifest_of() -> Callable[[Path], dict[str, Any]]:
    """Return a function that reads a manifest."""

    def read(folder: Path) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return manifest

    return read
