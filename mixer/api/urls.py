from __future__ import annotations

from django.urls import path, re_path

from mixer.api import catalogue, consoles, jobs, sessions, uploads

ONE = "audio/sessions/<uuid:session_id>"
JOB = "audio/jobs/<uuid:job_id>"
UPLOAD = "audio/uploads/<uuid:upload_id>"
DECISION = r"^audio/sessions/(?P<session_id>[0-9a-f-]{36})/decisions/(?P<decision_id>[^/]+)/(?P<step>accept|undo|redo)$"

urlpatterns = [
    path("audio/effects", catalogue.EffectsView.as_view(), name="api-audio-effects"),
    path("audio/console-schema.json", catalogue.ConsoleSchemaView.as_view(), name="api-audio-console-schema"),
    path("audio/impulses/<slug:space>-<int:seed>.wav", catalogue.ImpulseView.as_view(), name="api-audio-impulse"),
    path("audio/mix", jobs.MixView.as_view(), name="api-audio-mix"),
    path("audio/master", jobs.MasterView.as_view(), name="api-audio-master"),
    path("audio/analyse", jobs.AnalyseView.as_view(), name="api-audio-analyse"),
    path("audio/jobs", jobs.JobsView.as_view(), name="api-audio-jobs"),
    path(JOB, jobs.JobView.as_view(), name="api-audio-job"),
    path(f"{JOB}/cancel", jobs.CancelJobView.as_view(), name="api-audio-job-cancel"),
    path(f"{JOB}/retry", jobs.RetryJobView.as_view(), name="api-audio-job-retry"),
    path(f"{JOB}/files/<path:name>", jobs.JobFileView.as_view(), name="api-audio-job-file"),
    path("audio/uploads", uploads.UploadsView.as_view(), name="api-audio-uploads"),
    path(UPLOAD, uploads.UploadView.as_view(), name="api-audio-upload"),
    path(f"{UPLOAD}/audio.wav", uploads.UploadAudioView.as_view(), name="api-audio-upload-audio"),
    path(f"{UPLOAD}/peaks.json", uploads.UploadPeaksView.as_view(), name="api-audio-upload-peaks"),
    path("audio/sessions", sessions.SessionsView.as_view(), name="api-audio-sessions"),
    path(ONE, sessions.SessionView.as_view(), name="api-audio-session"),
    path(f"{ONE}/stems/<str:name>.wav", sessions.StemAudioView.as_view(), name="api-audio-stem-audio"),
    path(f"{ONE}/stems/<str:name>/peaks.json", sessions.StemPeaksView.as_view(), name="api-audio-stem-peaks"),
    path(f"{ONE}/stems/<str:name>", sessions.StemView.as_view(), name="api-audio-stem"),
    path(f"{ONE}/takes", sessions.TakesView.as_view(), name="api-audio-takes"),
    path(f"{ONE}/bounces", sessions.BouncesView.as_view(), name="api-audio-bounces"),
    path(f"{ONE}/bounces/<uuid:job_id>/choose", sessions.ChooseBounceView.as_view(), name="api-audio-bounce-choose"),
    path(f"{ONE}/frozen/<slug:key>.wav", sessions.FrozenView.as_view(), name="api-audio-frozen"),
    path(f"{ONE}/console", consoles.ConsoleView.as_view(), name="api-audio-console"),
    path(f"{ONE}/undo", consoles.UndoView.as_view(), name="api-audio-undo"),
    path(f"{ONE}/redo", consoles.RedoView.as_view(), name="api-audio-redo"),
    path(f"{ONE}/snapshots", consoles.SnapshotsView.as_view(), name="api-audio-snapshots"),
    path(f"{ONE}/snapshots/<uuid:snapshot_id>", consoles.SnapshotView.as_view(), name="api-audio-snapshot"),
    path(
        f"{ONE}/snapshots/<uuid:snapshot_id>/restore",
        consoles.RestoreSnapshotView.as_view(),
        name="api-audio-snapshot-restore",
    ),
    re_path(DECISION, consoles.DecisionView.as_view(), name="api-audio-decision"),
    path(f"{ONE}/assist", consoles.AssistView.as_view(), name="api-audio-assist"),
    path(f"{ONE}/wishes", consoles.WishesView.as_view(), name="api-audio-wishes"),
    path(f"{ONE}/freeze", consoles.FreezeView.as_view(), name="api-audio-freeze"),
]
