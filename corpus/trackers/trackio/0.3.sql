BEGIN TRANSACTION;
CREATE TABLE metrics (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        timestamp TEXT NOT NULL,
                        run_name TEXT NOT NULL,
                        step INTEGER NOT NULL,
                        metrics TEXT NOT NULL
                    );
INSERT INTO "metrics" VALUES(1,'2026-11-23T00:18:15.339710','run-1',0,'{"train/loss": 1.0, "acc": 0.0}');
INSERT INTO "metrics" VALUES(2,'2026-11-23T00:18:15.339710','run-1',1,'{"train/loss": 0.5, "acc": 0.1}');
INSERT INTO "metrics" VALUES(3,'2026-11-23T00:18:15.339710','run-1',2,'{"train/loss": 0.3333333333333333, "acc": 0.2}');
INSERT INTO "metrics" VALUES(4,'2026-11-23T00:18:15.339710','run-1',3,'{"train/loss": 0.25, "acc": 0.30000000000000004}');
INSERT INTO "metrics" VALUES(5,'2026-11-23T00:18:16.483515','run-2',0,'{"train/loss": 1.0, "acc": 0.0}');
INSERT INTO "metrics" VALUES(6,'2026-11-23T00:18:16.483515','run-2',1,'{"train/loss": 0.5, "acc": 0.1}');
INSERT INTO "metrics" VALUES(7,'2026-11-23T00:18:16.483515','run-2',2,'{"train/loss": 0.3333333333333333, "acc": 0.2}');
INSERT INTO "metrics" VALUES(8,'2026-11-23T00:18:16.483515','run-2',3,'{"train/loss": 0.25, "acc": 0.30000000000000004}');
CREATE INDEX idx_metrics_run_step
                    ON metrics(run_name, step)
                    ;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('metrics',8);
COMMIT;
