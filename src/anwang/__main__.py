from anwang.cli import main

raise SystemExit(main())
