"""How properties are tried here: the same examples in every run, and no deadline, since machines are shared."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")
