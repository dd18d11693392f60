"""The command line: thin, one function a verb."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cutset.cli import (
    access,
    allocate,
    backup,
    custody,
    desk,
    disputes,
    exercise,
    ingest,
    judging,
    keeping,
    laboratory,
    link,
    log,
    matching,
    output,
    oversight,
    package,
    plan,
    proving,
    publish,
    serve,
    signature,
    stores,
    target,
    views,
    watch,
)
from cutset.cli.demo import demo
from cutset.cli.overview import overview
from cutset.errors import CutsetError
from cutset.node import INVESTIGATION

app = typer.Typer(
    help="Cutset: link every interdiction to its investigation, each viewer within their rights.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def everywhere(
    for_purpose: Annotated[
        str,
        typer.Option(envvar="CUTSET_PURPOSE", help="What you look for: some markings allow only certain purposes."),
    ] = INVESTIGATION,
) -> None:
    """Cutset: link every interdiction to its investigation, each viewer within their rights."""
    stores.for_purpose.set(for_purpose)


for verb in (
    log.init,
    ingest.ingest,
    ingest.formats,
    views.leads,
    views.why,
    views.common,
    views.repeats,
    matching.match,
    matching.matches,
    judging.judge,
    judging.compare,
    judging.undo,
    judging.entities,
    judging.entity,
    judging.contradictions,
    judging.history,
    desk.inbox,
    desk.answers,
    desk.accept,
    desk.reject,
    desk.contact,
    desk.seen,
    desk.request,
    desk.requests,
    desk.release,
    desk.refuse,
    desk.pointers,
    desk.clocks,
    custody.exhibits,
    package.package,
    views.summary,
    views.restatements,
    overview,
    log.verify,
    log.rebuild,
    log.purge,
    serve.serve,
    backup.backup,
    backup.restore,
    oversight.remark,
    disputes.dispute,
    disputes.disputes,
    target.targets,
    demo,
):
    app.command()(verb)
app.add_typer(log.app, name="log")
for of_proof in (proving.key, proving.fetch, proving.stamp):
    custody.app.command()(of_proof)
app.add_typer(custody.app, name="custody")
app.add_typer(laboratory.app, name="lab")
app.add_typer(link.app, name="link")
app.add_typer(signature.app, name="signature")
app.add_typer(serve.app, name="account")
app.add_typer(access.app, name="access")
app.add_typer(oversight.audit, name="audit")
app.add_typer(oversight.retention, name="retention")
app.add_typer(exercise.app, name="exercise")
for of_plan in (publish.respond, publish.responses, publish.report):
    plan.app.command()(of_plan)
app.add_typer(plan.app, name="plan")
app.add_typer(target.app, name="target")
app.add_typer(watch.app, name="watch")
for of_allocation in (keeping.keep, keeping.kept, keeping.order):
    allocate.app.command()(of_allocation)
app.add_typer(allocate.app, name="allocate")


def main() -> None:
    """Run the command line. An error that people can mend is one sentence on standard error, and exit status 2."""
    try:
        app()
    except CutsetError as error:
        output.err.print(f"cutset: {error}", markup=False)
        sys.exit(2)
    except BrokenPipeError:
        # Who reads (`head`, say) has seen enough.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        # A folder that cannot be made, a disk that is full: the system's own words, and the place.
        output.err.print(f"cutset: {error.strerror or error} ({error.filename or 'no file is named'})", markup=False)
        sys.exit(2)
