BEGIN TRANSACTION;
CREATE TABLE alerts (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        run_id TEXT NOT NULL,
                        timestamp TEXT NOT NULL,
                        run_name TEXT NOT NULL,
                        title TEXT NOT NULL,
                        text TEXT,
                        level TEXT NOT NULL DEFAULT 'warn',
                        step INTEGER,
                        alert_id TEXT
                    );
CREATE TABLE artifact_aliases (
                        artifact_id INTEGER NOT NULL REFERENCES artifacts(id),
                        alias TEXT NOT NULL,
                        artifact_version_id INTEGER NOT NULL REFERENCES artifact_versions(id),
                        PRIMARY KEY (artifact_id, alias)
                    );
CREATE TABLE artifact_versions (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        artifact_id INTEGER NOT NULL REFERENCES artifacts(id),
                        version INTEGER NOT NULL,
                        manifest_digest TEXT NOT NULL,
                        manifest TEXT NOT NULL,
                        metadata TEXT,
                        size_bytes INTEGER NOT NULL,
                        producer_run_id TEXT,
                        producer_run_name TEXT,
                        created_at TEXT NOT NULL,
                        UNIQUE(artifact_id, version),
                        UNIQUE(artifact_id, manifest_digest)
                    );
CREATE TABLE artifacts (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        name TEXT NOT NULL UNIQUE,
                        type TEXT NOT NULL,
                        description TEXT,
                        created_at TEXT NOT NULL
                    );
CREATE TABLE configs (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        run_id TEXT NOT NULL,
                        run_name TEXT NOT NULL,
                        config TEXT NOT NULL,
                        created_at TEXT NOT NULL,
                        UNIQUE(run_id)
                    );
INSERT INTO "configs" VALUES(1,'b6273b2cf33d4be48d671ac55ebb94d6','run-1',X'7B226C72223A302E312C226F7074696D697A6572223A7B226E616D65223A226164616D222C226265746173223A5B302E392C302E39395D7D2C22616363223A332C225F557365726E616D65223A6E756C6C2C225F43726561746564223A22323032362D31312D32335430303A30343A32362E3439323330392B30303A3030222C225F47726F7570223A2267227D','2026-11-23T00:04:26.532215+00:00');
INSERT INTO "configs" VALUES(2,'c1bd3b8133eb4ab69acb1e8d86ef71fb','run-2',X'7B226C72223A302E30312C226F7074696D697A6572223A7B226E616D65223A226164616D222C226265746173223A5B302E392C302E39395D7D2C22616363223A332C225F557365726E616D65223A6E756C6C2C225F43726561746564223A22323032362D31312D32335430303A30343A32362E3630313636342B30303A3030222C225F47726F7570223A6E756C6C7D','2026-11-23T00:04:26.620242+00:00');
CREATE TABLE external_run_artifact_links (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        run_id TEXT,
                        run_name TEXT,
                        source_project TEXT NOT NULL,
                        source_version_id INTEGER NOT NULL,
                        source_artifact TEXT NOT NULL,
                        source_type TEXT NOT NULL,
                        source_version INTEGER NOT NULL,
                        source_size_bytes INTEGER NOT NULL,
                        direction TEXT NOT NULL CHECK(direction IN ('input', 'output')),
                        created_at TEXT NOT NULL
                    );
CREATE TABLE metrics (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        run_id TEXT NOT NULL,
                        timestamp TEXT NOT NULL,
                        run_name TEXT NOT NULL,
                        step INTEGER NOT NULL,
                        metrics TEXT NOT NULL
                    , log_id TEXT, space_id TEXT);
INSERT INTO "metrics" VALUES(1,'b6273b2cf33d4be48d671ac55ebb94d6','2026-11-23T00:04:26.495601+00:00','run-1',0,X'7B22747261696E2F6C6F7373223A312E302C22616363223A302E307D','e3077466938d48e7a89ba6cfae487242',NULL);
INSERT INTO "metrics" VALUES(2,'b6273b2cf33d4be48d671ac55ebb94d6','2026-11-23T00:04:26.495601+00:00','run-1',1,X'7B22747261696E2F6C6F7373223A302E352C22616363223A302E317D','fdef45e23618421ea9a41f7a1ef29582',NULL);
INSERT INTO "metrics" VALUES(3,'b6273b2cf33d4be48d671ac55ebb94d6','2026-11-23T00:04:26.495601+00:00','run-1',2,X'7B22747261696E2F6C6F7373223A302E333333333333333333333333333333332C22616363223A302E327D','8562e3e6938e45e087698e100e047f54',NULL);
INSERT INTO "metrics" VALUES(4,'b6273b2cf33d4be48d671ac55ebb94d6','2026-11-23T00:04:26.495601+00:00','run-1',3,X'7B22747261696E2F6C6F7373223A302E32352C22616363223A302E33303030303030303030303030303030347D','47319085b74345c1adba6c0bf1a7e119',NULL);
INSERT INTO "metrics" VALUES(5,'c1bd3b8133eb4ab69acb1e8d86ef71fb','2026-11-23T00:04:26.607749+00:00','run-2',0,X'7B22747261696E2F6C6F7373223A312E302C22616363223A302E307D','e50b6409671a49ff8b1e09b0495b7182',NULL);
INSERT INTO "metrics" VALUES(6,'c1bd3b8133eb4ab69acb1e8d86ef71fb','2026-11-23T00:04:26.607749+00:00','run-2',1,X'7B22747261696E2F6C6F7373223A302E352C22616363223A302E317D','c0e6b3c1a26f4f17a9be4c37bf660c87',NULL);
INSERT INTO "metrics" VALUES(7,'c1bd3b8133eb4ab69acb1e8d86ef71fb','2026-11-23T00:04:26.607749+00:00','run-2',2,X'7B22747261696E2F6C6F7373223A302E333333333333333333333333333333332C22616363223A302E327D','1e6ecf79364f45b0bfd671077db95a9d',NULL);
INSERT INTO "metrics" VALUES(8,'c1bd3b8133eb4ab69acb1e8d86ef71fb','2026-11-23T00:04:26.607749+00:00','run-2',3,X'7B22747261696E2F6C6F7373223A224E614E222C22616363223A302E33303030303030303030303030303030347D','c4061bf30acd45f5a7f1943a5d0d1785',NULL);
CREATE TABLE pending_uploads (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        space_id TEXT NOT NULL,
                        run_id TEXT,
                        run_name TEXT,
                        step INTEGER,
                        file_path TEXT NOT NULL,
                        relative_path TEXT,
                        created_at TEXT NOT NULL
                    , kind TEXT NOT NULL DEFAULT 'media', digest TEXT);
CREATE TABLE project_metadata (
                        key TEXT PRIMARY KEY,
                        value TEXT NOT NULL
                    );
CREATE TABLE run_artifact_links (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        run_id TEXT,
                        run_name TEXT,
                        run_project TEXT,
                        artifact_version_id INTEGER NOT NULL REFERENCES artifact_versions(id),
                        direction TEXT NOT NULL CHECK(direction IN ('input', 'output')),
                        created_at TEXT NOT NULL
                    );
CREATE TABLE system_metrics (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        run_id TEXT NOT NULL,
                        timestamp TEXT NOT NULL,
                        run_name TEXT NOT NULL,
                        metrics TEXT NOT NULL
                    , log_id TEXT, space_id TEXT);
CREATE TABLE traces (
                        id TEXT PRIMARY KEY,
                        run_id TEXT NOT NULL,
                        timestamp TEXT NOT NULL,
                        run_name TEXT NOT NULL,
                        step INTEGER NOT NULL,
                        key TEXT NOT NULL,
                        trace_index INTEGER,
                        messages TEXT NOT NULL,
                        metadata TEXT NOT NULL,
                        search_text TEXT NOT NULL,
                        log_id TEXT,
                        space_id TEXT,
                        spans TEXT NOT NULL DEFAULT '[]'
                    );
CREATE INDEX idx_run_artifact_links_run
                    ON run_artifact_links(run_id, run_name)
                    ;
CREATE INDEX idx_run_artifact_links_name
                    ON run_artifact_links(run_name, run_id)
                    ;
CREATE INDEX idx_run_artifact_links_version
                    ON run_artifact_links(artifact_version_id)
                    ;
CREATE INDEX idx_run_artifact_links_project_run
                    ON run_artifact_links(run_project, run_id, run_name);
CREATE INDEX idx_external_artifact_links_run
                    ON external_run_artifact_links(run_id, run_name);
CREATE UNIQUE INDEX idx_external_artifact_links_unique
                    ON external_run_artifact_links(
                        COALESCE(run_id, ''), COALESCE(run_name, ''),
                        source_project, source_version_id, direction
                    );
CREATE INDEX idx_pending_uploads_kind
                    ON pending_uploads(kind)
                    ;
CREATE INDEX idx_metrics_run_step
                    ON metrics(run_id, step)
                    ;
CREATE INDEX idx_metrics_run_timestamp
                    ON metrics(run_id, timestamp)
                    ;
CREATE INDEX idx_configs_run_name
                    ON configs(run_name)
                    ;
CREATE INDEX idx_system_metrics_run_timestamp
                    ON system_metrics(run_id, timestamp)
                    ;
CREATE INDEX idx_traces_run_step
                    ON traces(run_id, step)
                    ;
CREATE INDEX idx_traces_run_timestamp
                    ON traces(run_id, timestamp)
                    ;
CREATE INDEX idx_traces_search
                    ON traces(search_text)
                    ;
CREATE INDEX idx_alerts_run
                    ON alerts(run_id)
                    ;
CREATE INDEX idx_alerts_timestamp
                    ON alerts(timestamp)
                    ;
CREATE UNIQUE INDEX idx_alerts_alert_id
                    ON alerts(alert_id) WHERE alert_id IS NOT NULL
                    ;
CREATE UNIQUE INDEX idx_metrics_log_id
                        ON metrics(log_id) WHERE log_id IS NOT NULL;
CREATE INDEX idx_metrics_pending
                        ON metrics(space_id) WHERE space_id IS NOT NULL;
CREATE UNIQUE INDEX idx_system_metrics_log_id
                        ON system_metrics(log_id) WHERE log_id IS NOT NULL;
CREATE INDEX idx_system_metrics_pending
                        ON system_metrics(space_id) WHERE space_id IS NOT NULL;
CREATE INDEX idx_metrics_run_record
                        ON metrics(run_id, run_name, timestamp);
CREATE UNIQUE INDEX idx_run_artifact_links_unique
                    ON run_artifact_links(
                        COALESCE(run_project, ''), COALESCE(run_id, ''),
                        COALESCE(run_name, ''), artifact_version_id, direction
                    );
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('metrics',8);
INSERT INTO "sqlite_sequence" VALUES('configs',2);
COMMIT;
