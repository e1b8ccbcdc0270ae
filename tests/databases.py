"""Databases for tests: copies of one that the real migrations made, emptied and handed out again.

To copy one costs hundreds of files, to empty one some milliseconds; a run of all tests asks for a thousand.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

KEPT = 6
"""Copies of a process. Each rests while the others are in use: who still wrote at the end of a test disturbs none that follows."""
_TABLES = "select quote_ident(tablename) from pg_tables where schemaname = 'public' order by 1"
_SEQUENCES = (
    "select quote_ident(sequencename), coalesce(last_value, start_value), last_value is not null from pg_sequences"
)
_SCHEMA = """
    select (select md5(string_agg(format('%s %s %s', oid::regclass, attname, atttypid), ';' order by oid, attnum)) from pg_class
            join pg_attribute on attrelid = oid where relnamespace = 'public'::regnamespace and relkind in ('r', 'i') and not attisdropped)
        || (select md5(string_agg(format('%s %s', conrelid::regclass, conname), ';' order by conname)) from pg_constraint
            where connamespace = 'public'::regnamespace)
"""
_OTHERS = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"


@dataclass
class Databases:
    """Databases like `template`, by name. `copy` makes one and says what it is called; `conninfo` is how one is reached.

    One whose schema a test has changed is left lying, for the cluster ends with the tests.
    """

    template: str
    copy: Callable[[], str]
    conninfo: Callable[[str], str]
    _made: deque[str] = field(default_factory=deque)
    _tables: list[str] = field(default_factory=list)
    _rows: dict[str, bytes] = field(default_factory=dict)
    _emptying: str = ""
    _schema: list[tuple[str]] = field(default_factory=list)

    def take(self) -> str:
        """A migrated database in which nobody has written, or whose rows are as if nobody had."""
        name = self._made.popleft() if len(self._made) == KEPT else ""
        if not name or not self._emptied(name):
            name = self.copy()
        self._made.append(name)
        return name

    def _emptied(self, name: str) -> bool:
        """False where it can't be made as it was."""
        self._learn()
        with psycopg.connect(self.conninfo(name), autocommit=True) as connection:
            connection.execute(_OTHERS)
            if connection.execute(_SCHEMA).fetchall() != self._schema:
                return False
            connection.execute(self._emptying)
            for table, rows in self._rows.items():
                with connection.cursor().copy(f"copy {table} from stdin") as copy:
                    copy.write(rows)
        return True

    def _learn(self) -> None:
        """What the migrations left in the tables, once."""
        if self._emptying:
            return
        with psycopg.connect(self.conninfo(self.template), autocommit=True) as connection:
            tables = [name for (name,) in connection.execute(_TABLES)]
            for table in tables:
                with connection.cursor().copy(f"copy {table} to stdout") as copy:
                    if rows := b"".join(copy):
                        self._rows[table] = rows
            counted = connection.execute(_SEQUENCES).fetchall()
            self._schema = connection.execute(_SCHEMA).fetchall()
        steps = ["set session_replication_role = replica", *(f"delete from {table}" for table in tables)]  # noqa: S608 - the database's own names
        steps += [f"select setval('{name}', {value}, {called})" for name, value, called in counted]
        self._emptying = "; ".join(steps)
