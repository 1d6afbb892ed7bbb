"""For `spark-submit`: the command `anwang` with the arguments that follow. See docs/spark.md."""

from anwang.cli import main

raise SystemExit(main())
