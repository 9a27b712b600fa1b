"""What joins outputs of several kinds: evidence matrix, links, flow, planned against actual, registers.

`matrix` sets statements against kinds of evidence, `links` ties outputs, findings, codes and claims together,
`flow` counts stages and the reasons to leave them, `targets` sets what was planned beside what was reached,
`scoping` counts what was found where and what is missing, `register` shows any table by its own schema,
`beside_print` shows a printed report beside a build. None of them knows a study.
"""
