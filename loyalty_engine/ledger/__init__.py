"""The ledger: pure bookkeeping of points, and its proof.

An account is a journal of entries, the lots they opened and what each entry allocated from which lot.
Decisions change an account only through a `Draft` (draft.py); posting functions write on a draft, one
file each: accrual_posting, due, adjustment, reversal. What an account shows at an instant is balance.py.
proof.py rebuilds the stored state from the journal alone and shares no code with the posting side.
"""
