"""Every version of a deployment's SDL that was made here, by its hash: what the chain expects can be sent again.

A version is written before its update is broadcast and becomes the deployment's own once the chain has it, so
that neither a kill nor an undecided transaction loses the manifest that providers are waiting for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.sdl.edit.parameters import has_secrets
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import SavedDeployment, SavedStage
from akash_tui.services.storage.journal_rows import Row, blob, iso, readable, stored_manifest, text


@dataclass(frozen=True, slots=True)
class SdlVersion:
    """One version: its hash on chain, the SDL it came from and the manifest that has this hash.

    One that was made with secret parameters is not stored: read again, its `manifest` is empty.
    """

    version: bytes
    file: str
    sdl: str
    manifest: bytes


class SdlVersions:
    """The versions in one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def save(self, chain_id: str, id: DeploymentId, version: SdlVersion, now: datetime) -> None:
        """Write a version to the disk; saving it twice changes nothing."""
        with self._journal.writing() as db:
            db.execute(
                "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (
                    *(chain_id, id.owner, id.dseq, version.version, version.file, version.sdl),
                    *(stored_manifest(version.sdl, version.manifest), iso(now)),
                ),
            )

    def find(self, chain_id: str, id: DeploymentId, hash: bytes) -> SdlVersion | None:
        """The version with this hash; the deployment's own one included."""
        rows = self._journal.rows(
            "SELECT rowid, version, file, sdl, manifest FROM versions"
            " WHERE chain_id = ? AND owner = ? AND dseq = ? AND version = ?",
            (chain_id, id.owner, id.dseq, hash),
        )
        for found in readable(self._journal.path, "versions", rows, _version):
            return found
        saved = self._journal.deployment(chain_id, id)
        if saved is not None and saved.version == hash and (saved.manifest or has_secrets(saved.sdl)):
            return SdlVersion(saved.version, saved.file, saved.sdl, saved.manifest)
        return None

    def updated(self, chain_id: str, id: DeploymentId) -> bool:
        """True if it has had more than one version here: what runs may be one before the last."""
        rows = self._journal.rows(
            "SELECT COUNT(*) FROM versions WHERE chain_id = ? AND owner = ? AND dseq = ?",
            (chain_id, id.owner, id.dseq),
        )
        return bool(rows[0][0] > 1)

    def use(self, chain_id: str, id: DeploymentId, version: SdlVersion, name: str, now: datetime) -> None:
        """The chain has this version now: it is the deployment's own, and no provider has it yet."""
        where = (chain_id, id.owner, id.dseq)
        manifest = stored_manifest(version.sdl, version.manifest)
        with self._journal.writing() as db:
            db.execute(
                "INSERT INTO deployments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (chain_id, owner, dseq) DO UPDATE SET file = excluded.file, sdl = excluded.sdl,"
                " manifest = excluded.manifest, version = excluded.version, stage = excluded.stage",
                (
                    *(*where, name, version.file, version.sdl, manifest, version.version, None),
                    *(SavedStage.LEASED, iso(now)),
                ),
            )
            db.execute(
                "UPDATE leases SET delivered_at = NULL, tried_at = NULL WHERE chain_id = ? AND owner = ? AND dseq = ?",
                where,
            )


def _version(row: Row) -> SdlVersion:
    return SdlVersion(blob(row[1]), text(row[2]), text(row[3]), blob(row[4]))


def current(journal: Journal, chain_id: str, id: DeploymentId, hash: bytes, now: datetime) -> SavedDeployment | None:
    """What the journal knows of a deployment, brought to the version that the chain has if it was made here."""
    saved = journal.deployment(chain_id, id)
    if saved is not None and saved.version != hash:
        found = SdlVersions(journal).find(chain_id, id, hash)
        if found is not None:
            SdlVersions(journal).use(chain_id, id, found, saved.name, now)
            return journal.deployment(chain_id, id)
    return saved
