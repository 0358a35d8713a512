"""OpenImmo as it is delivered: ZIP archives with pictures, whole or only what changed by the file's
own word, objects deleted by theirs."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from pipeline_steps import lifecycles, make_source, offer, run_to_end

PICTURE = b"\xff\xd8\xff\xe0 not much of a picture"


def immobilie(number: str, price: int = 100, action: str = "CHANGE") -> str:
    return f"""<immobilie>
      <objektkategorie>
        <nutzungsart WOHNEN="1"/><vermarktungsart KAUF="1"/>
        <objektart><haus haustyp="VILLA"/></objektart>
      </objektkategorie>
      <geo><plz>00815</plz><ort>Nebelhausen</ort><land iso_land="DEU"/></geo>
      <preise><kaufpreis>{price}</kaufpreis></preise>
      <anhaenge>
        <anhang gruppe="TITELBILD"><daten><pfad>{number}.jpg</pfad></daten></anhang>
      </anhaenge>
      <verwaltung_techn>
        <objektnr_extern>{number}</objektnr_extern><aktion aktionart="{action}"/>
      </verwaltung_techn>
    </immobilie>"""


class Packages:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def write(self, umfang: str, *objects: str, modus: str = "CHANGE") -> Path:
        self.count += 1
        path = self.folder / f"package-{self.count}.zip"
        sent = f'<uebertragung umfang="{umfang}" modus="{modus}" timestamp="{self.count}"/>'
        with ZipFile(path, "w") as archive:
            archive.writestr("W-1.jpg", PICTURE)
            archive.writestr(
                "openimmo.xml",
                f"<openimmo>{sent}<anbieter>{''.join(objects)}</anbieter></openimmo>",
            )
        return path


@pytest.fixture
def packages(tmp_path: Path) -> Packages:
    return Packages(tmp_path)


def test_a_package_that_is_everything_and_those_that_only_change_and_delete(
    packages: Packages,
) -> None:
    source = make_source(preset="openimmo")
    whole = run_to_end(source, packages.write("VOLL", *map(immobilie, ("W-1", "W-2", "W-3"))))
    assert (whole.verdict, whole.semantics, whole.created) == ("valid", "snapshot", 3)
    assert offer(source, "W-1").data["media"] == [
        {"kind": "image", "archive_path": "W-1.jpg", "position": 1, "main": True}
    ]

    part = run_to_end(source, packages.write("TEIL", immobilie("W-1", price=90)))
    assert (part.semantics, part.updated, part.missing) == ("delta", 1, 0)
    assert offer(source, "W-1").data["deals"][0]["amount"] == 90

    deleted = run_to_end(source, packages.write("TEIL", immobilie("W-2", action="delete")))
    assert (deleted.semantics, deleted.withdrawn) == ("delta", 1)
    assert lifecycles(source) == {"W-1": "live", "W-2": "withdrawn", "W-3": "live"}


def test_each_file_of_a_package_deletes_and_keeps_for_itself(packages: Packages) -> None:
    source = make_source(preset="openimmo")
    run_to_end(source, packages.write("VOLL", *map(immobilie, ("W-1", "W-2", "W-3"))))
    path = packages.write("TEIL", immobilie("W-1", price=90, action=""))
    with ZipFile(path, "a") as archive:
        sent = '<uebertragung umfang="TEIL" modus="DELETE"/>'
        deleted = f"<anbieter>{immobilie('W-2', action='')}</anbieter>"
        archive.writestr("openimmo-2.xml", f"<openimmo>{sent}{deleted}</openimmo>")
    run = run_to_end(source, path)
    assert (run.updated, run.withdrawn) == (1, 1)
    assert lifecycles(source) == {"W-1": "live", "W-2": "withdrawn", "W-3": "live"}


def test_a_whole_file_beside_one_of_changes_withdraws_nothing(packages: Packages) -> None:
    source = make_source(preset="openimmo", hold_share=1, absent_runs=1)
    run_to_end(source, packages.write("VOLL", *map(immobilie, ("W-1", "W-2", "W-3"))))
    path = packages.write("VOLL", *map(immobilie, ("W-1", "W-2")))
    with ZipFile(path, "a") as archive:
        sent = '<uebertragung umfang="TEIL"/>'
        more = f"<anbieter>{immobilie('W-4')}</anbieter>"
        archive.writestr("openimmo-2.xml", f"<openimmo>{sent}{more}</openimmo>")
    run = run_to_end(source, path)
    assert (run.semantics, run.created, run.withdrawn) == ("delta", 1, 0)
    assert set(lifecycles(source).values()) == {"live"}


def test_what_two_whole_packages_leave_out_is_withdrawn(packages: Packages) -> None:
    source = make_source(preset="openimmo", hold_share=1)
    numbers = [f"W-{number}" for number in range(1, 11)]
    run_to_end(source, packages.write("VOLL", *map(immobilie, numbers)))
    run_to_end(source, packages.write("VOLL", *map(immobilie, numbers[:-1])))
    assert lifecycles(source)["W-10"] == "missing"
    run_to_end(source, packages.write("VOLL", *map(immobilie, numbers[:-1])))
    assert lifecycles(source)["W-10"] == "withdrawn"


def test_a_package_may_delete_all_in_it_but_what_says_otherwise_by_itself(
    packages: Packages,
) -> None:
    source = make_source(preset="openimmo")
    run_to_end(source, packages.write("VOLL", *map(immobilie, ("W-1", "W-2", "W-3"))))
    sent = (immobilie("W-2", action=""), immobilie("W-3", action="CHANGE"))
    run = run_to_end(source, packages.write("TEIL", *sent, modus="DELETE"))
    assert run.withdrawn == 1
    assert lifecycles(source) == {"W-1": "live", "W-2": "withdrawn", "W-3": "live"}
