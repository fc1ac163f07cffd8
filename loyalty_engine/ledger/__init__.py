"""The ledger: pure bookkeeping of points, and its proof.

An account is a journal of entries, the lots they opened, what each entry allocated from which lot, and
the holds that set points aside. Decisions change an account only through a `Draft` (draft.py); posting
functions write on a draft, one file each: accrual_posting, due, adjustment, reversal, reservation, capture,
hold_release, restoration. What an account shows at an instant is balance.py. proof.py rebuilds the stored
state from the journal alone and shares no code with the posting side.
"""
