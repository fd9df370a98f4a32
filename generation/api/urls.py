from __future__ import annotations

from django.urls import path, re_path

from generation.api import files, films, media, mixes, previews, relatives, score_files, scores, variations, views

ONE = "generations/<uuid:generation_id>"

urlpatterns = [
    path("generations", views.GenerationsView.as_view(), name="api-generations"),
    path("media", media.MediaListView.as_view(), name="api-media"),
    path("media/<uuid:media_id>", media.MediaView.as_view(), name="api-media-one"),
    path("media/<uuid:media_id>/thumbnail", media.MediaThumbnailView.as_view(), name="api-media-thumbnail"),
    path("scores", variations.UploadView.as_view(), name="api-scores"),
    path(f"{ONE}/relatives", relatives.RelativesView.as_view(), name="api-generation-relatives"),
    path(f"{ONE}/variations", variations.VariationsView.as_view(), name="api-generation-variations"),
    path(ONE, views.GenerationView.as_view(), name="api-generation"),
    path(f"{ONE}/cancel", views.CancelView.as_view(), name="api-generation-cancel"),
    path(f"{ONE}/retry", views.RetryView.as_view(), name="api-generation-retry"),
    path(f"{ONE}/restore", views.RestoreView.as_view(), name="api-generation-restore"),
    path(f"{ONE}/package.zip", files.PackageView.as_view(), name="api-generation-package"),
    path(f"{ONE}/preview.jpg", files.PreviewView.as_view(), name="api-generation-preview"),
    path(f"{ONE}/stream/<str:name>", files.StreamView.as_view(), name="api-generation-stream"),
    path(f"{ONE}/score", scores.ScoreView.as_view(), name="api-score"),
    path(f"{ONE}/score.musicxml", score_files.ScoreMusicXmlView.as_view(), name="api-score-musicxml"),
    path(f"{ONE}/score/sections/<int:index>/<slug:action>", scores.SectionView.as_view(), name="api-score-section"),
    path(f"{ONE}/score/preview", previews.PreviewsView.as_view(), name="api-score-preview"),
    path(f"{ONE}/score/previews/<slug:key>.wav", previews.PreviewAudioView.as_view(), name="api-score-preview-audio"),
    path(f"{ONE}/score/undo", scores.UndoView.as_view(), name="api-score-undo"),
    path(f"{ONE}/score/redo", scores.RedoView.as_view(), name="api-score-redo"),
    path(f"{ONE}/score/revert", scores.RevertView.as_view(), name="api-score-revert"),
    path(f"{ONE}/score/revisions", scores.RevisionsView.as_view(), name="api-score-revisions"),
    path(f"{ONE}/score/render", scores.RenderView.as_view(), name="api-score-render"),
    path(f"{ONE}/mixes", mixes.MixesView.as_view(), name="api-mixes"),
    path(f"{ONE}/mixes/<slug:mix_id>", mixes.MixView.as_view(), name="api-mix"),
    path(f"{ONE}/mixes/<slug:mix_id>/choose", mixes.ChooseMixView.as_view(), name="api-mix-choose"),
    re_path(
        r"^generations/(?P<generation_id>[0-9a-f-]{36})/mixes/(?P<mix_id>[-\w]+)/(?P<name>(?:song|mix)\.wav)$",
        mixes.MixFileView.as_view(),
        name="api-mix-file",
    ),
    path(f"{ONE}/films", films.FilmsView.as_view(), name="api-films"),
    path(f"{ONE}/films/<uuid:cut_id>", films.FilmView.as_view(), name="api-film"),
    path(f"{ONE}/films/<uuid:cut_id>/cancel", films.CancelFilmView.as_view(), name="api-film-cancel"),
    path(f"{ONE}/films/<uuid:cut_id>/retry", films.RetryFilmView.as_view(), name="api-film-retry"),
    path(f"{ONE}/films/<uuid:cut_id>/film.mp4", films.FilmFileView.as_view(), name="api-film-file"),
    path(f"{ONE}/films/<uuid:cut_id>/poster.jpg", films.FilmPosterView.as_view(), name="api-film-poster"),
    path(f"{ONE}/films/<uuid:cut_id>/preview.jpg", films.FilmPreviewView.as_view(), name="api-film-preview"),
    path(f"{ONE}/files/<path:name>", files.FileView.as_view(), name="api-generation-file"),
]
