"""Parquet files with columns added or replaced, a row group at a time."""

from typing import Any, BinaryIO

import numpy as np

from cecli.columns.column import find
from cecli.commands.apply.plan import Addition
from cecli.readers.arrow.arrow import ArrowPartition, ArrowTable, ParquetFile


def rewrite(table: ArrowTable, data: ParquetFile, addition: Addition, out: BinaryIO) -> None:
    """Write a Parquet file anew, with its schema, metadata and row groups.

    Raises
    ------
    InputError
        If a row cannot be used.
    """
    import pyarrow.parquet as pq

    with data.opened() as file:
        schema = file.schema_arrow
        for name in addition.names:
            schema = _with_column(schema, table, name, None)
        with pq.ParquetWriter(out, schema) as writer:
            partitions = table.partitions(addition.columns)
            for part in range(file.num_row_groups):
                group = file.read_row_group(part)
                writer.write_table(_rewritten(group, partitions[part], table, addition))


def _rewritten(group: Any, partition: ArrowPartition, table: ArrowTable, addition: Addition) -> Any:
    import pyarrow as pa

    values = [addition.values(chunk) for chunk in partition.chunks()]
    columns = np.concatenate(values, axis=1) if values else np.empty((len(addition.names), 0))
    for name, column in zip(addition.names, columns, strict=True):
        group = _with_column(group, table, name, pa.array(column, pa.float64()))
    return group


def _with_column(to: Any, table: ArrowTable, name: str, values: Any) -> Any:
    """Return a schema, or a table, with a column of float64 in its place, or at the end."""
    import pyarrow as pa

    field = pa.field(name, pa.float64())
    added = (field,) if values is None else (field, values)
    if name not in table.header:
        return to.append(field) if values is None else to.append_column(*added)
    place = find(table.header, name, table.name)
    return to.set(place, field) if values is None else to.set_column(place, *added)
