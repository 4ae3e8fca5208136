BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('v3.2.0.a');
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
INSERT INTO "studies" VALUES(1,'lr sweep');
INSERT INTO "studies" VALUES(2,'pareto');
INSERT INTO "studies" VALUES(3,'up');
CREATE TABLE study_directions (
	study_direction_id INTEGER NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	study_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	PRIMARY KEY (study_direction_id), 
	UNIQUE (study_id, objective), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_directions" VALUES(1,'MINIMIZE',1,0);
INSERT INTO "study_directions" VALUES(2,'MAXIMIZE',2,0);
INSERT INTO "study_directions" VALUES(3,'MINIMIZE',2,1);
INSERT INTO "study_directions" VALUES(4,'MAXIMIZE',3,0);
CREATE TABLE study_system_attributes (
	study_system_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_system_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_system_attributes" VALUES(1,2,'study:metric_names','["accuracy", "latency"]');
CREATE TABLE study_user_attributes (
	study_user_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_user_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE trial_heartbeats (
	trial_heartbeat_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (trial_heartbeat_id), 
	UNIQUE (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_intermediate_values (
	trial_intermediate_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	intermediate_value FLOAT, 
	intermediate_value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_intermediate_value_id), 
	UNIQUE (trial_id, step), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_intermediate_values" VALUES(1,1,0,1.5,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(2,1,1,0.75,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(3,1,2,0.5,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(4,2,0,1.5,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(5,2,1,0.75,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(6,2,2,0.5,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(7,3,0,1.5,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(8,3,1,9.75,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(9,6,0,1.5,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(10,6,1,NULL,'NAN');
INSERT INTO "trial_intermediate_values" VALUES(11,7,0,1.5,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(12,7,1,0.75,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(13,7,2,0.5,'FINITE');
CREATE TABLE trial_params (
	param_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	param_name VARCHAR(512), 
	param_value FLOAT, 
	distribution_json TEXT, 
	PRIMARY KEY (param_id), 
	UNIQUE (trial_id, param_name), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_params" VALUES(1,1,'lr',1.78264971513869487258e-03,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(2,1,'depth',7.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 2, "high": 8}}');
INSERT INTO "trial_params" VALUES(3,1,'optimizer',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd", "muon"]}}');
INSERT INTO "trial_params" VALUES(4,2,'lr',1.89241239657222655532e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(5,2,'depth',3.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 2, "high": 8}}');
INSERT INTO "trial_params" VALUES(6,2,'optimizer',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd", "muon"]}}');
INSERT INTO "trial_params" VALUES(7,3,'lr',1.80960398187708258396e-03,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(8,3,'depth',6.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 2, "high": 8}}');
INSERT INTO "trial_params" VALUES(9,3,'optimizer',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd", "muon"]}}');
INSERT INTO "trial_params" VALUES(10,4,'lr',1.0266030035164250625e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(11,4,'depth',4.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 2, "high": 8}}');
INSERT INTO "trial_params" VALUES(12,4,'optimizer',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd", "muon"]}}');
INSERT INTO "trial_params" VALUES(13,5,'lr',2.52483909361710147367e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(14,5,'depth',8.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 2, "high": 8}}');
INSERT INTO "trial_params" VALUES(15,5,'optimizer',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd", "muon"]}}');
INSERT INTO "trial_params" VALUES(16,6,'lr',4.82858621855446618065e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(17,6,'depth',2.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 2, "high": 8}}');
INSERT INTO "trial_params" VALUES(18,6,'optimizer',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd", "muon"]}}');
INSERT INTO "trial_params" VALUES(19,7,'lr',1.97260668918409695637e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(20,7,'depth',4.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 2, "high": 8}}');
INSERT INTO "trial_params" VALUES(21,7,'optimizer',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd", "muon"]}}');
INSERT INTO "trial_params" VALUES(22,10,'x',0.417022004702574,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(23,10,'y',1.72032449344215798703e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1.0, "high": 2.0, "log": false}}');
INSERT INTO "trial_params" VALUES(24,11,'x',1.1437481734488663676e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(25,11,'y',1.30233257263183976881e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1.0, "high": 2.0, "log": false}}');
INSERT INTO "trial_params" VALUES(26,12,'x',1.46755890817113043844e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(27,12,'y',1.09233859476879779926e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1.0, "high": 2.0, "log": false}}');
INSERT INTO "trial_params" VALUES(28,14,'x',9.83800533874009786039e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
CREATE TABLE trial_system_attributes (
	trial_system_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_system_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_system_attributes" VALUES(1,9,'fixed_params','{"lr": 0.01}');
CREATE TABLE trial_user_attributes (
	trial_user_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_user_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_user_attributes" VALUES(1,1,'accuracy','0.85');
INSERT INTO "trial_user_attributes" VALUES(2,1,'note','"fine"');
INSERT INTO "trial_user_attributes" VALUES(3,2,'accuracy','0.65');
INSERT INTO "trial_user_attributes" VALUES(4,2,'note','"fine"');
INSERT INTO "trial_user_attributes" VALUES(5,7,'accuracy','0.7');
INSERT INTO "trial_user_attributes" VALUES(6,7,'note','"fine"');
CREATE TABLE trial_values (
	trial_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	value FLOAT, 
	value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_value_id), 
	UNIQUE (trial_id, objective), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_values" VALUES(1,1,0,7.17826497151386910822e-01,'FINITE');
INSERT INTO "trial_values" VALUES(2,2,0,3.0189241239657221838e-01,'FINITE');
INSERT INTO "trial_values" VALUES(3,3,0,9.75,'FINITE');
INSERT INTO "trial_values" VALUES(4,7,0,4.01972606689184108752e-01,'FINITE');
INSERT INTO "trial_values" VALUES(5,10,0,0.417022004702574,'FINITE');
INSERT INTO "trial_values" VALUES(6,10,1,1.72032449344215798703e+00,'FINITE');
INSERT INTO "trial_values" VALUES(7,11,0,1.1437481734488663676e-04,'FINITE');
INSERT INTO "trial_values" VALUES(8,11,1,1.30233257263183976881e+00,'FINITE');
INSERT INTO "trial_values" VALUES(9,12,0,1.46755890817113043844e-01,'FINITE');
INSERT INTO "trial_values" VALUES(10,12,1,1.09233859476879779926e+00,'FINITE');
INSERT INTO "trial_values" VALUES(11,13,0,NULL,'INF_POS');
INSERT INTO "trial_values" VALUES(12,14,0,9.83800533874009786039e-01,'FINITE');
CREATE TABLE trials (
	trial_id INTEGER NOT NULL, 
	number INTEGER, 
	study_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	datetime_start DATETIME, 
	datetime_complete DATETIME, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "trials" VALUES(1,0,1,'COMPLETE','2026-11-23 00:12:24.997146','2026-11-23 00:12:25.421720');
INSERT INTO "trials" VALUES(2,1,1,'COMPLETE','2026-11-23 00:12:25.499114','2026-11-23 00:12:25.880166');
INSERT INTO "trials" VALUES(3,2,1,'PRUNED','2026-11-23 00:12:25.939450','2026-11-23 00:12:26.184203');
INSERT INTO "trials" VALUES(4,3,1,'FAIL','2026-11-23 00:12:26.229056','2026-11-23 00:12:26.398774');
INSERT INTO "trials" VALUES(5,4,1,'FAIL','2026-11-23 00:12:26.461286','2026-11-23 00:12:26.626924');
INSERT INTO "trials" VALUES(6,5,1,'PRUNED','2026-11-23 00:12:26.680157','2026-11-23 00:12:26.898574');
INSERT INTO "trials" VALUES(7,6,1,'COMPLETE','2026-11-23 00:12:26.945473','2026-11-23 00:12:27.295579');
INSERT INTO "trials" VALUES(8,7,1,'RUNNING','2026-11-23 00:12:27.335006',NULL);
INSERT INTO "trials" VALUES(9,8,1,'WAITING',NULL,NULL);
INSERT INTO "trials" VALUES(10,0,2,'COMPLETE','2026-11-23 00:12:27.530262','2026-11-23 00:12:27.656830');
INSERT INTO "trials" VALUES(11,1,2,'COMPLETE','2026-11-23 00:12:27.694845','2026-11-23 00:12:27.807077');
INSERT INTO "trials" VALUES(12,2,2,'COMPLETE','2026-11-23 00:12:27.852591','2026-11-23 00:12:27.968334');
INSERT INTO "trials" VALUES(13,0,3,'COMPLETE','2026-11-23 00:12:28.026558','2026-11-23 00:12:28.084860');
INSERT INTO "trials" VALUES(14,1,3,'COMPLETE','2026-11-23 00:12:28.134329','2026-11-23 00:12:28.226978');
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
INSERT INTO "version_info" VALUES(1,12,'5.0.0');
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
