"""How the published index stands to the knowledge and the model: ready, or why not."""

from __future__ import annotations

from dataclasses import dataclass

from bot.app import App
from index.embedding import load_embedder
from index.errors import IndexMissing, IndexUnusable
from index.files import current_folder
from index.manifest import Manifest, read_manifest, verify_files


@dataclass(frozen=True, slots=True)
class IndexState:
    """
    The published index.

    ``manifest`` is ``None`` when there is no index that can be trusted. ``trouble`` is a sentence for
    staff on why the index has to be built, "" when it is up to date.
    """

    manifest: Manifest | None
    trouble: str


def index_state(app: App) -> IndexState:
    """
    Look at the published index without loading it; its files are verified.

    Raises:
        ModelUnusable: the configured model cannot be loaded.
        DatabaseRefused: the store cannot be opened.
    """
    try:
        manifest = _verified_manifest(app)
    except IndexUnusable as error:
        return IndexState(None, str(error))
    with app.open_store() as store:
        version = store.version()
    if manifest.knowledge_version != version:
        return IndexState(
            manifest,
            f"Chỉ mục {manifest.generation} được xây từ phiên bản {manifest.knowledge_version} của dữ liệu, "
            f"kho đang ở phiên bản {version}. Hãy chạy: danhoi index build",
        )
    model_id = load_embedder(app.settings.model).model_id
    if manifest.model_id != model_id:
        return IndexState(
            manifest,
            f"Chỉ mục {manifest.generation} được xây bằng mô hình {manifest.model_id}, "
            f"đang cấu hình mô hình {model_id}. Hãy chạy: danhoi index build",
        )
    return IndexState(manifest, "")


def _verified_manifest(app: App) -> Manifest:
    folder = current_folder(app.settings.index_dir)
    if folder is None:
        raise IndexMissing(app.settings.index_dir)
    manifest = read_manifest(folder)
    verify_files(folder, manifest)
    return manifest
