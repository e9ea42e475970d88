"""Many jobs on many processes or machines: a job is a command line of its own.

A command line is all that has to reach another machine: no object of ours is taken there, so that
nothing there depends on the state of the process that sent it.
"""
