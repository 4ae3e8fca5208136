"""Every tracker's samples, broken in every way: `python -m tests.fuzz`.

A mutant is made of a sample's store by its format's name and its number alone, so one that failed can be made
again. It has to be read without an error, within five seconds of CPU and two gigabytes, without running
anything, and without opening a file that is not below its folder.
"""
