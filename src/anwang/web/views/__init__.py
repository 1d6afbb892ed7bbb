"""誰看過: who looked at this person, and why?"""
