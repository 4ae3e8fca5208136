"""The log, written: from a draft of what happened to the bytes of the file.

acts       what is done to a log: a run started, finished, noted on, each giving the log that follows
entries    a run's section, and where it goes        sections   a part of a section, put in or changed
tables     the summary, cell by cell                 best       which run is best, and its section
todos      the list of things to try                 naming     exp-NNN
document   the bytes, and splices that leave all others alone
escape     texts that can't break the file           check      the result is read back before it is written
writer     lock, write beside, replace               journal    what was written, to be taken back
"""
