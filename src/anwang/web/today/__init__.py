"""我的今天: what must I do next?"""
