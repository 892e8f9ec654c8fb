# Work directories go as soon as the results of their recipe are stored: INHERIT += "rm_work" in conf/local.conf.

# The engine removes them; a recipe that sets this to another value keeps its own.
RM_WORK ??= "1"
# Recipes that keep their work directory.
RM_WORK_EXCLUDE ?= ""
# What stays of the others, besides the logs.
RM_WORK_EXCLUDE_ITEMS ?= "temp"
# Finishing recipes one after the other needs the least space.
BB_SCHEDULER ?= "completion"
