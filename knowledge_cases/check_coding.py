"""Run both sides of the changes in coding_updates.yaml: the old line must fail or warn, the reference must work.

    python knowledge_cases/check_coding.py [ITEM …]

Needs PyYAML and the libraries of the items that are checked; an item whose library, version or tool is missing is
skipped, and the line says why. The last lines name the versions that were run. Items of React need node and the npm
packages react and react-dom, in the current folder or where NODE_PATH points.

Last run in November 2026 on CPython 3.11 (Django 5.2.19) and 3.13 (Django 6.1.3) with Flask 3.1.3, google-genai 3.6.1,
httpx 0.28.1, Jinja2 3.1.6, MarkupSafe 3.0.4, Matplotlib 3.11.2, NetworkX 3.7, NumPy 2.5.5, openai 3.57.0, pandas 3.1.1,
Pillow 13.0.0, pydantic 2.14.4, pydantic-settings 2.16.3, PyTorch 2.15.0, React 19, scikit-learn 1.9.1, SciPy 1.18.1,
Selenium 4.51.0, setuptools 81.0.0, SQLAlchemy 2.1.9, urllib3 2.8.0, Werkzeug 3.1.9, rustc 1.95.0: 60 of 64 items, none
wrong. The other four were confirmed by reading (`DOCUMENTED`).
No key and no network is needed: clients of providers and browsers are stubs that take the call.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).resolve().parent / "coding_updates.yaml"
USER = "from pydantic import BaseModel, Field\nclass User(BaseModel):\n    name: str\nuser = User(name='x')\n"
DJANGO = "import django.conf\nif not django.conf.settings.configured: django.conf.settings.configure()\n"
CHAT = "import openai\nclient = openai.OpenAI(api_key='none')\nname, chat, text = 'm', [], 'x'\n"
TEST_CASE = "import unittest\nclass OrderTest(unittest.TestCase):\n    def test(self): pass\n"


@dataclass(frozen=True)
class Check:
    """How an item is run: what stands before both lines, the old line, and what it needs."""

    old: str
    before: str = ""
    after: str = ""
    """Follows both lines: the block of a header, a proof of the effect."""
    needs: str = ""
    """Distribution that must be installed."""
    python: tuple[int, int] = (3, 8)
    """The first Python on which the old line fails or warns."""


CHECKS = {
    "pydantic-model-dump": Check("data = user.dict()", USER, "assert data == {'name': 'x'}", "pydantic"),
    "pydantic-model-validate": Check(
        "user = User.parse_obj(payload)", USER + "payload = {'name': 'y'}\n", "assert user.name == 'y'", "pydantic"
    ),
    "pydantic-field-validator": Check(
        "    @validator('price')",
        "from pydantic import BaseModel, field_validator\nfrom pydantic.deprecated.class_validators import validator\n"
        "class Product(BaseModel):\n    price: int\n",
        "    @classmethod\n    def check(cls, value): return value",
        "pydantic",
    ),
    "pydantic-orm-objects": Check(
        "    model_config = ConfigDict(orm_mode=True)",
        "from pydantic import BaseModel, ConfigDict\nclass Row:\n    name = 'x'\n"
        "class User(BaseModel):\n    name: str\n",
        "assert User.model_validate(Row()).name == 'x'",
        "pydantic",
    ),
    "pydantic-dump-json": Check("body = user.json()", USER, 'assert body == \'{"name":"x"}\'', "pydantic"),
    "pydantic-json-schema": Check("described = User.schema()", USER, "assert 'properties' in described", "pydantic"),
    "pydantic-settings-package": Check("from pydantic import BaseSettings", needs="pydantic-settings"),
    "pydantic-field-pattern": Check(
        "    code: str = Field(regex=CODE)",
        "from pydantic import BaseModel, Field\nCODE = '^[0-9]+$'\nclass Item(BaseModel):\n    name: str = ''\n",
        "assert Item(code='12').code == '12'",
        "pydantic",
    ),
    "numpy-trapezoid": Check("np.trapz(y, x)", "import numpy as np\ny, x = [0, 1, 2], [0, 1, 3]\n", needs="numpy"),
    "numpy-isin": Check("np.in1d(a, b)", "import numpy as np\na, b = [1, 2], [2]\n", needs="numpy"),
    "numpy-float64": Check("x = np.zeros(3, dtype=np.float_)", "import numpy as np\n", needs="numpy"),
    "numpy-prod": Check("count = np.product(a.shape)", "import numpy as np\na = np.ones((2, 3))\n", needs="numpy"),
    "scipy-simpson": Check("from scipy.integrate import simps", needs="scipy"),
    "scipy-binomtest": Check("from scipy.stats import binom_test", needs="scipy"),
    "python-utc-now": Check("stamp = datetime.utcnow()", "from datetime import datetime, timezone\n", python=(3, 12)),
    "python-shutil-which": Check(
        "from distutils.spawn import find_executable\nfind_executable('git')", "import shutil\n", python=(3, 12)
    ),
    "python-assert-equal": Check(
        "self.assertEquals(total, 3)", "import unittest\nself, total = unittest.TestCase(), 3\n", python=(3, 12)
    ),
    "python-read-file": Check(
        "parser.readfp(handle)",
        "import configparser, io\nparser, handle = configparser.ConfigParser(), io.StringIO('[a]\\nb=1')\n",
        "assert parser['a']['b'] == '1'",
        python=(3, 12),
    ),
    "python-distribution-version": Check(
        "import pkg_resources\npkg_resources.get_distribution('requests').version",
        "import importlib.metadata\n",
        needs="requests",
    ),
    "python-reload": Check(
        "import imp\nsettings = imp.reload(settings)", "import importlib, json as settings\n", python=(3, 12)
    ),
    "python-html-escape": Check("import cgi\nsafe = cgi.escape(comment)", "import html\ncomment = '<'\n"),
    "python-perf-counter": Check("start = time.clock()", "import time\n"),
    "python-mapping-abc": Check("from collections import Mapping", python=(3, 10)),
    "python-signature": Check(
        "spec = inspect.getargspec(handler)", "import inspect\ndef handler(a): pass\n", python=(3, 11)
    ),
    "python-shlex-quote": Check(
        "import pipes\nword = pipes.quote(path)", "import shlex\npath = 'a b'\n", python=(3, 11)
    ),
    "python-load-tests": Check(
        "suite = unittest.makeSuite(OrderTest)", TEST_CASE + "loader = unittest.TestLoader()\n", python=(3, 11)
    ),
    "python-thread-is-alive": Check(
        "running = worker.isAlive()", "import threading\nworker = threading.Thread()\n", python=(3, 9)
    ),
    "pandas-concat": Check(
        "a.append(b)",
        "import pandas as pd\na, b = pd.DataFrame({'x': [1]}), pd.DataFrame({'x': [2]})\n",
        needs="pandas",
    ),
    "pandas-map": Check(
        "df.applymap(f)", "import pandas as pd\ndf, f = pd.DataFrame({'x': [1]}), str\n", needs="pandas"
    ),
    "pandas-items": Check(
        "for name, values in df.iteritems():",
        "import pandas as pd\ndf = pd.DataFrame({'x': [1]})\n",
        "    pass",
        "pandas",
    ),
    "pandas-ffill": Check(
        "s = s.fillna(method='pad')",
        "import pandas as pd\ns = pd.Series([1.0, None])\n",
        "assert list(s) == [1.0, 1.0]",
        "pandas",
    ),
    "pandas-bad-lines": Check(
        "df = pd.read_csv(path, error_bad_lines=False)",
        "import io, pandas as pd\npath = io.StringIO('a,b\\n1,2\\n1,2,3\\n')\n",
        "assert len(df) == 1",
        "pandas",
    ),
    "sqlalchemy-session-get": Check(
        "session.query(User).get(5)",
        "import sqlalchemy as sa\nfrom sqlalchemy.orm import Session, declarative_base\n"
        "class User(declarative_base()):\n    __tablename__ = 'users'\n"
        "    id = sa.Column(sa.Integer, primary_key=True)\n"
        "engine = sa.create_engine('sqlite://')\nUser.metadata.create_all(engine)\nsession = Session(engine)\n",
        needs="sqlalchemy",
    ),
    "sqlalchemy-declarative-base": Check(
        "from sqlalchemy.ext.declarative import declarative_base", after="declarative_base()", needs="sqlalchemy"
    ),
    "openai-chat-completions": Check(
        "reply = openai.ChatCompletion.create(model=name, messages=chat)",
        CHAT + "client.chat.completions._post = lambda *a, **k: 'ok'\n",
        "assert reply == 'ok'",
        "openai",
    ),
    "openai-embeddings": Check(
        "reply = openai.Embedding.create(model=name, input=text)",
        CHAT + "client.embeddings._post = lambda *a, **k: 'ok'\n",
        "assert reply == 'ok'",
        "openai",
    ),
    "openai-rate-limit-error": Check(
        "except openai.error.RateLimitError:",
        "import openai\ntry:\n    raise openai.RateLimitError.__new__(openai.RateLimitError)\n",
        "    pass",
        "openai",
    ),
    "google-genai-generate": Check(
        "reply = genai.GenerativeModel(name).generate_content(text)",
        "from google import genai\nclient, name, text = genai.Client(api_key='none'), 'm', 'x'\n"
        "client.models._generate_content = lambda **k: genai.types.GenerateContentResponse()\n",
        needs="google-genai",
    ),
    "django-gettext-lazy": Check("from django.utils.translation import ugettext_lazy as _", needs="django"),
    "django-re-path": Check(
        "from django.conf.urls import url\nurl(r'^cart/$', cart),",
        DJANGO + "from django.urls import re_path\ndef cart(request): pass\n",
        needs="django",
    ),
    "django-force-str": Check("from django.utils.encoding import force_text", needs="django"),
    "django-check-constraint": Check(
        "CheckConstraint(check=Q(price__gt=0), name='paid')",
        DJANGO + "from django.db.models import CheckConstraint, Q\n",
        needs="django",
    ),
    "pillow-lanczos": Check(
        "small = photo.resize((80, 60), Image.ANTIALIAS)",
        "from PIL import Image\nphoto = Image.new('RGB', (160, 120))\n",
        needs="pillow",
    ),
    "pillow-textbbox": Check(
        "size = draw.textsize(caption, font=font)",
        "from PIL import Image, ImageDraw, ImageFont\nfont, caption = ImageFont.load_default(), 'x'\n"
        "draw = ImageDraw.Draw(Image.new('RGB', (9, 9)))\n",
        needs="pillow",
    ),
    "flask-markup": Check("from flask import Markup", needs="flask"),
    "werkzeug-compare-digest": Check(
        "from werkzeug.security import safe_str_cmp\nsame = safe_str_cmp(token, given)",
        "import hmac\ntoken = given = 'x'\n",
        "assert same",
        "werkzeug",
    ),
    "urllib3-allowed-methods": Check(
        "retry = Retry(total=3, method_whitelist=VERBS)",
        "from urllib3 import Retry\nVERBS = ['GET']\n",
        needs="urllib3",
    ),
    "httpx-proxy": Check(
        "client = httpx.Client(proxies=GATEWAY)", "import httpx\nGATEWAY = 'http://localhost:3128'\n", needs="httpx"
    ),
    "sklearn-feature-names": Check(
        "labels = encoder.get_feature_names()",
        "from sklearn.preprocessing import OneHotEncoder\nencoder = OneHotEncoder().fit([['a'], ['b']])\n",
        needs="scikit-learn",
    ),
    "sklearn-sparse-output": Check(
        "encoder = OneHotEncoder(sparse=False)",
        "from sklearn.preprocessing import OneHotEncoder\n",
        "encoder.fit([['a']])",
        "scikit-learn",
    ),
    "sklearn-root-mean-squared-error": Check(
        "rmse = mean_squared_error(y, guess, squared=False)",
        "from sklearn.metrics import mean_squared_error, root_mean_squared_error\ny, guess = [0.0, 0.0], [2.0, 2.0]\n",
        "assert rmse == 2",
        "scikit-learn",
    ),
    "matplotlib-colormaps": Check(
        "shades = matplotlib.cm.get_cmap('viridis')", "import matplotlib, matplotlib.cm\n", needs="matplotlib"
    ),
    "matplotlib-tick-labels": Check(
        "ax.boxplot(groups, labels=NAMES)",
        "import matplotlib\nmatplotlib.use('agg')\nfrom matplotlib import pyplot\nfig, ax = pyplot.subplots()\n"
        "groups, NAMES = [[1, 2], [3, 4]], ['a', 'b']\n",
        needs="matplotlib",
    ),
    "networkx-from-array": Check(
        "graph = nx.from_numpy_matrix(links)",
        "import networkx as nx, numpy\nlinks = numpy.array([[0, 1], [1, 0]])\n",
        needs="networkx",
    ),
    "selenium-find-element": Check(
        "box = driver.find_element_by_id('login')",
        "from selenium.webdriver.common.by import By\nfrom selenium.webdriver.remote.webdriver import WebDriver\n"
        "driver = WebDriver.__new__(WebDriver)\ndriver.execute = lambda *a: {'value': 'ok'}\n"
        "driver.locator_converter = type('L', (), {'convert': staticmethod(lambda by, value: (by, value))})\n",
        needs="selenium",
    ),
    "jinja-pass-context": Check("from jinja2 import contextfilter", needs="jinja2"),
    "torch-eigh": Check(
        "values, vectors = torch.symeig(a, eigenvectors=True)", "import torch\na = torch.eye(2)\n", needs="torch"
    ),
}
"""The items in Python by their ids; the reference is the application's answer in the case file."""
REACT = {
    "react-create-root": ("ReactDOM.render(<App />, box)", "ReactDOM.flushSync(() => { LINE; });\n"),
    "react-action-state": (
        "const [state, submit] = useFormState(save, null)",
        "const {useFormState} = ReactDOM, {useActionState} = React, save = () => null;\n"
        "function Form() { LINE; return state; }\n"
        "ReactDOM.flushSync(() => createRoot(box).render(React.createElement(Form)));\n",
    ),
}
"""The items of React: the old line, and the frame that runs a line."""
PAGE = """\
const React = require('react'), ReactDOM = require('react-dom'), {createRoot} = require('react-dom/client');
const logged = []; console.error = (...said) => logged.push(said.join(' '));
globalThis.window = globalThis; globalThis.HTMLIFrameElement = class {};
const page = {nodeType: 9, addEventListener() {}};
const box = {nodeType: 1, nodeName: 'DIV', tagName: 'DIV', ownerDocument: page, addEventListener() {}};
const App = () => null;
"""
END = "if (logged.length) throw new Error(logged[0]); process.exit(0);\n"
"""As much of a page as React asks for; what React logs as an error is one."""
DOCUMENTED = {
    "kubernetes-ingress": "the source of Kubernetes: APILifecycleRemoved of Ingress in extensions/v1beta1 is 1.22",
    "kubernetes-cron-job": "the source of Kubernetes: APILifecycleRemoved of CronJob in batch/v1beta1 is 1.25",
    "go-read-file": "the source of Go, above ioutil.ReadFile: as of Go 1.16 this function simply calls os.ReadFile",
    "actions-step-output": "the warning in logs of runs, which names GitHub's notice of 11 October 2022",
}
"""Items that are not run, with what confirmed them when it was read in November 2026."""


def run_python(check: Check, line: str) -> str | None:
    """Run a line in its frame; return the first error or warning of deprecation, or None."""
    indented = check.before.rstrip("\n").rpartition("\n")[2].startswith("    ") and not line.startswith("    ")
    if indented and check.before.lstrip().startswith(("from pydantic",)):
        line = "    " + line
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ResourceWarning)  # of what earlier items left behind
        try:
            exec(compile(f"{check.before}{line}\n{check.after}\n", "<item>", "exec"), {"__name__": "item"})  # noqa: S102
        except Exception as error:  # noqa: BLE001 - every failure of an old line is what is asked for
            return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"
    return None


def run_rust(line: str) -> str | None:
    """Compile a line of Rust; return the first error or warning of deprecation, or None."""
    source = f'#![deny(deprecated)]\nfn main() {{ let line = " x"; {line} println!("{{name}}"); }}\n'
    with tempfile.TemporaryDirectory() as folder:
        command = ["rustc", "-", "--crate-name", "item", "--emit", "metadata", "-o", f"{folder}/item"]
        done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)  # noqa: S603
    return None if done.returncode == 0 else done.stderr.strip().splitlines()[0]


def run_react(item: str, line: str) -> str | None:
    """Run a line in node; return the first error or warning that React logs, or None."""
    line = line.replace("<App />", "React.createElement(App)")
    done = node(f"{PAGE}{REACT[item][1].replace('LINE', line)}{END}")
    if done.returncode == 0:
        return None
    return next((text for text in done.stderr.splitlines() if "Error:" in text), "node failed")


def node(source: str) -> subprocess.CompletedProcess[str]:
    """Run JavaScript by node, with the packages of the current folder."""
    return subprocess.run(["node", "-e", source], capture_output=True, text=True, check=False)  # noqa: S603, S607


def skipped(item: str) -> str | None:
    """Return why an item cannot be run here, or None."""
    if item in DOCUMENTED:
        return f"confirmed by {DOCUMENTED[item]}"
    if item == "rust-trim-start":
        return None if shutil.which("rustc") else "rustc is not installed"
    if item in REACT:
        if shutil.which("node") is None:
            return "node is not installed"
        return None if node("require('react-dom')").returncode == 0 else "the npm package react-dom is not installed"
    check = CHECKS[item]
    if sys.version_info < check.python:
        return f"needs Python {check.python[0]}.{check.python[1]}"
    try:
        if check.needs:
            metadata.version(check.needs)
    except metadata.PackageNotFoundError:
        return f"{check.needs} is not installed"
    return None


def fault(item: str, reference: str) -> str | None:
    """Return what is wrong with an item, or None: its old line must fail, its reference must not."""
    if item == "rust-trim-start":
        old, new = run_rust("let name = line.trim_left();"), run_rust(reference)
    elif item in REACT:
        old, new = run_react(item, REACT[item][0]), run_react(item, reference)
    else:
        old, new = run_python(CHECKS[item], CHECKS[item].old), run_python(CHECKS[item], reference)
    if old is None:
        return "the old line works without a warning"
    return None if new is None else f"the reference fails: {new}"


def versions(items: list[str]) -> list[str]:
    """Return the libraries and tools that the items need, with their versions."""
    needed = sorted({CHECKS[item].needs for item in items if item in CHECKS and CHECKS[item].needs})
    found = [f"{name} {metadata.version(name)}" for name in needed]
    if REACT.keys() & set(items):
        found.append("react " + node("console.log(require('react').version)").stdout.strip())
    if "rust-trim-start" in items:
        told = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=False)  # noqa: S607
        found.append(told.stdout.strip())
    return found


def main(names: list[str]) -> int:
    """Check the named items, or all; print a line for each that is skipped or wrong, and the sum."""
    items: list[dict[str, Any]] = yaml.safe_load(CASES.read_text(encoding="utf-8"))["items"]
    references = {item["id"]: item["probes"]["application"][0]["answer"] for item in items}
    known = CHECKS.keys() | REACT.keys() | DOCUMENTED.keys() | {"rust-trim-start"}
    unknown = set(names) - references.keys() | references.keys() ^ known
    if unknown:
        print(f"no such item, or no check: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    wrong = 0
    run: list[str] = []
    for item in names or references:
        if reason := skipped(item):
            print(f"skipped  {item}: {reason}")
            continue
        run.append(item)
        if problem := fault(item, references[item]):
            wrong += 1
            print(f"WRONG    {item}: {problem}")
    print(f"{len(run)} items run on Python {sys.version.split()[0]}, {wrong} wrong")
    print("with " + ", ".join(versions(run)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
