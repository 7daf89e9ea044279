"""`kairan insight …`"""

from __future__ import annotations

from pathlib import Path

import click


@click.group("insight", help="Opinion maps.")
def insight() -> None:
    pass


@insight.command("groups", help="Group the people of a Polis export (participants-votes.csv); compare with Polis.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--people", "with_people", is_flag=True, help="Print the group of every placed person.")
def groups(file: Path, with_people: bool) -> None:
    import numpy as np

    from wiki.insight import mapping, polis

    try:
        export = polis.read(file)
    except polis.NotVotes as error:
        raise click.ClickException(str(error)) from None
    labels, projection = mapping.groups_of(export.votes)
    placed = np.flatnonzero(projection.counted)
    sizes = np.bincount(labels)
    click.echo(f"{len(export.people)} people, {len(export.statements)} statements, {len(placed)} placed")
    click.echo("groups: " + ", ".join(f"{chr(65 + at)} {size}" for at, size in enumerate(sizes)))
    known = [(label, export.groups[at]) for label, at in zip(labels, placed, strict=True) if export.groups[at]]
    if known:
        theirs = np.unique([group for _label, group in known], return_inverse=True)[1]
        index = polis.adjusted_rand(np.array([label for label, _group in known]), theirs)
        click.echo(f"adjusted Rand index to group-id: {index:.3f} ({len(known)} people)")
    told = mapping.chart(export.votes, list(range(len(export.statements))))
    for name in ("unites", "refused", "divides"):
        found = (f"{export.statements[each['statement']]} ({each['score']:.2f})" for each in told[name])
        click.echo(f"{name}: " + ", ".join(found))
    if with_people:
        for label, at in zip(labels, placed, strict=True):
            click.echo(f"{export.people[at]}\t{chr(65 + int(label))}")
