"""Many runs of one base: what is asked, who does it, and what is kept of it.

``base``       the input that the runs share, and the name of a run
``job``        one run, from the base and changes to a published plan: what a worker does
``folder``     what is there of a batch, on disk
``carry_out``  handing out runs, and what is done about lost workers
``run``        the order of the runs, and what is there already
"""
