"""The programme service over HTTP, below ``/api/v1``."""
