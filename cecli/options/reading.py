"""The options of the input: what is read, how, and which rows are used."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from cecli.columns.bad_rows import OnBadRow
from cecli.core.errors import UsageError
from cecli.options.declare import READING, Family, Option

DATA = "Delimited text, compressed or not, or Parquet; patterns, directories, @LIST, URLs"


Files = Annotated[Sequence[str], Option(f"{DATA}; - is stdin.", metavar="FILE…", is_argument=True)]


class EngineName(StrEnum):
    """Where rows are read and measured."""

    SERIAL = "serial"
    THREADS = "threads"
    DASK = "dask"


class Tool(StrEnum):
    """A tool that runs language models, and whose logs are read; or that trains and scores."""

    LM_EVAL = "lm-eval"
    INSPECT = "inspect"
    OPENAI = "openai"
    LLAMA_CPP = "llama.cpp"
    SCIKIT_LEARN = "scikit-learn"
    SCIKIT_LEARN_FLOAT32 = "scikit-learn-float32"
    XGBOOST = "xgboost"
    LIGHTGBM = "lightgbm"
    PYTORCH = "pytorch"
    KERAS = "keras"


# Those whose logs are read.
LOGS = (Tool.LM_EVAL, Tool.INSPECT, Tool.OPENAI, Tool.LLAMA_CPP)


class Inputs(Family):
    """The input."""

    files: Files


class TextOptions(Family):
    """How delimited text is read."""

    delimiter: Annotated[
        str | None,
        Option(
            "Field separator, or the word tab or space; default: a comma, or a tab in .tsv files.",
            READING,
            "CHAR",
            echoed=True,
        ),
    ] = None
    quotechar: Annotated[
        str | None,
        Option('Quote character; default: ".', READING, "CHAR", usual='"',
               echoed=True),
    ] = None  # fmt: skip
    comment: Annotated[
        str | None,
        Option("Skip lines that begin with this character.", READING, "CHAR", echoed=True),
    ] = None
    encoding: Annotated[
        str | None,
        Option("Read this encoding instead of UTF-8.", READING, "NAME", usual="utf-8", echoed=True),
    ] = None
    header: Annotated[
        bool,
        Option("The input has no header row: name columns 1, 2, …", READING, name="--no-header",
               echoed=True),
    ] = True  # fmt: skip
    chunk_bytes: Annotated[
        int | None,
        Option(
            "Bytes to read at a time; default: 2 MiB. Does not change results.",
            READING,
            "N",
            min=1,
            configurable=False,
        ),
    ] = None


class DialectOptions(TextOptions):
    """How a text is written."""

    decimal: Annotated[
        str | None,
        Option("Decimal mark of numbers; default: a point.", READING, choices=(".", ","),
               usual=".", echoed=True),
    ] = None  # fmt: skip
    row_names: Annotated[
        bool,
        Option("Rows begin with a name that the header lacks, as R writes them.", READING,
               echoed=True),
    ] = False  # fmt: skip


class ReadingOptions(DialectOptions):
    """How rows are read, and which are used."""

    like: Annotated[
        Tool | None,
        Option(
            "The input is a log of this tool: a row for each token, or for each choice of a "
            "document, with columns of fixed names.",
            READING,
            choices=tuple(map(str, LOGS)),
            echoed=True,
        ),
    ] = None
    missing: Annotated[
        Sequence[str],
        Option(
            "Text that marks a missing value, besides empty cells and nan; 'skip' skips rows with "
            "missing values.",
            READING,
            "TOKEN",
            echoed=True,
        ),
    ] = ()
    on_bad_row: Annotated[
        OnBadRow,
        Option(
            "Fail at the first unusable row, or skip such rows and count them.",
            READING,
            echoed=True,
        ),
    ] = OnBadRow.ERROR
    max_bad: Annotated[
        str | None,
        Option(
            "Most rows that may be skipped, as a number or a share.",
            READING,
            "N|N%",
            echoed=True,
            schema=str | int,
            python="str | int | None",
        ),
    ] = None
    workers: Annotated[
        int | None,
        Option("Reading threads, or processes of --engine dask; default: one per core. Does not "
               "change results.", READING, "N", min=1, configurable=False),
    ] = None  # fmt: skip
    engine: Annotated[
        EngineName,
        Option(
            "Who reads: this thread, threads, or the processes of a Dask cluster. Does not change "
            "results.",
            READING,
        ),
    ] = EngineName.THREADS
    scheduler: Annotated[
        str | None,
        Option(
            "Scheduler of a Dask cluster, such as tcp://10.0.0.5:8786; default: a cluster of this "
            "machine, for the time of the command.",
            READING,
            "ADDRESS",
        ),
    ] = None

    def __post_init__(self) -> None:
        if self.scheduler is not None and self.engine is not EngineName.DASK:
            raise UsageError("--scheduler needs --engine dask", hint="--engine dask")
        if self.scheduler is not None and self.workers is not None:
            raise UsageError(
                "--workers and --scheduler exclude each other: the cluster has its own workers",
                hint="leave out --workers",
            )
        if self.engine is EngineName.SERIAL and self.workers not in {None, 1}:
            raise UsageError(
                "--engine serial is one thread, so there is nothing for more --workers to do",
                hint="leave out --engine",
            )

    @property
    def log(self) -> Tool | None:
        """The tool whose log the input is."""
        return self.like if self.like in LOGS else None


class ScoredReadingOptions(ReadingOptions):
    """How rows are read that are scored, and whose loss stands beside cecli's."""

    like: Annotated[
        Tool | None,
        Option(
            "The input is a log of this tool, a row for each token, or for each choice of a "
            "document; or, of a tool that trains, add its loss, and why it differs.",
            READING,
            echoed=True,
        ),
    ] = None

    @property
    def beside(self) -> Tool | None:
        """The tool whose loss is reported beside that of cecli."""
        return None if self.like in LOGS else self.like
