"""A small shop in Django that embeds backorderkit: project and application in one."""
