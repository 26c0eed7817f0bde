"""An empty store is made at once: what all migrations would make one after another.

At each step of a migration Django builds anew every model that is connected with the changed one, and here everything
is connected with the members of staff: most of the time of a first start. So the models are built once, as they are
after the last migration. docs/decisions/0015-an-empty-store-at-once.md
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunPython, RunSQL


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    return not connection.introspection.table_names()


def lay(connection: BaseDatabaseWrapper) -> None:
    """Make all tables in an empty store, in one transaction, and note all migrations as done.

    Statements that a migration brings along are run, but for those that may be left out of a squashed one
    (`elidable`): they fill rows, and there are none.
    """
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes()
    steps = [migration for migration, _backwards in executor.migration_plan(targets)]
    state = executor.loader.project_state(targets)
    with connection.schema_editor(atomic=True) as editor:
        for model in state.apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for step in steps:
            for operation in step.operations:
                if isinstance(operation, RunPython | RunSQL) and not operation.elidable:
                    operation.database_forwards(step.app_label, editor, state, state)
        for step in steps:
            for label, name in step.replaces or [(step.app_label, step.name)]:
                executor.recorder.record_applied(label, name)
