BEGIN TRANSACTION;
CREATE TABLE backorderkit_about (
	name TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	words TEXT NOT NULL, 
	PRIMARY KEY (name)
)
 STRICT

;
INSERT INTO "backorderkit_about" VALUES('format',1,'');
INSERT INTO "backorderkit_about" VALUES('position',74,'');
CREATE TABLE backorderkit_backorders (
	line TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	order_ref TEXT NOT NULL, 
	customer TEXT NOT NULL, 
	sku TEXT NOT NULL, 
	location TEXT NOT NULL, 
	ordered INTEGER NOT NULL, 
	waiting INTEGER NOT NULL, 
	allocated INTEGER NOT NULL, 
	frozen INTEGER NOT NULL, 
	shipped INTEGER NOT NULL, 
	cancelled INTEGER NOT NULL, 
	pinned INTEGER NOT NULL, 
	queued_at INTEGER NOT NULL, 
	promised_on TEXT, 
	quoted_until INTEGER, 
	is_queued INTEGER NOT NULL, 
	place TEXT, 
	PRIMARY KEY (line, number), 
	CONSTRAINT ck_backorderkit_backorder_units CHECK (0 <= frozen AND frozen <= allocated AND 0 <= shipped AND 0 <= waiting), 
	CONSTRAINT ck_backorderkit_backorder_sum CHECK (ordered = waiting + allocated + shipped + cancelled), 
	CONSTRAINT ck_backorderkit_backorder_pins CHECK (0 <= pinned AND pinned <= waiting)
)
 STRICT

;
INSERT INTO "backorderkit_backorders" VALUES('O-1/1',0,'O-1','ada','LAMP','main',5,0,3,0,2,0,0,1772452800000000,'2026-05-04',NULL,0,NULL);
INSERT INTO "backorderkit_backorders" VALUES('O-1/2',0,'O-1','ada','CHAIR','main',2,1,1,0,0,0,1,1772452800000000,NULL,NULL,0,NULL);
INSERT INTO "backorderkit_backorders" VALUES('O-2/1',0,'O-2','ada','LAMP','main',3,0,3,0,0,0,0,1772452860000000,'2026-05-04',NULL,0,NULL);
INSERT INTO "backorderkit_backorders" VALUES('O-4/1',0,'O-4','ben','LAMP','main',2,0,2,0,0,0,0,1772452800000000,'2026-05-04',NULL,0,NULL);
INSERT INTO "backorderkit_backorders" VALUES('O-5/1',0,'O-5','ada','CHAIR','main',3,1,2,0,0,0,0,1772452980000000,NULL,NULL,1,NULL);
INSERT INTO "backorderkit_backorders" VALUES('O-7/1',0,'O-7','ada','LAMP','main',28,20,8,0,0,0,0,1772453100000000,NULL,NULL,1,NULL);
INSERT INTO "backorderkit_backorders" VALUES('O-7/1',1,'O-7','ada','LAMP','main',2,0,0,0,0,2,0,1772715600000000,NULL,NULL,0,NULL);
INSERT INTO "backorderkit_backorders" VALUES('O-7/1',2,'O-7','ada','LAMP','north',2,0,2,0,0,0,0,1772453100000000,NULL,NULL,0,NULL);
INSERT INTO "backorderkit_backorders" VALUES('Q-1/1',0,'Q-1','ada','RUG','main',2,0,0,0,0,2,0,1772453160000000,NULL,NULL,0,NULL);
INSERT INTO "backorderkit_backorders" VALUES('Q-3/1',0,'Q-3','ada','RUG','main',1,0,0,0,0,1,0,1772453280000000,NULL,NULL,0,NULL);
CREATE TABLE backorderkit_commands (
	"key" TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	PRIMARY KEY ("key")
)
 STRICT

;
CREATE TABLE backorderkit_events (
	position INTEGER NOT NULL, 
	batch INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (position)
)
 STRICT

;
INSERT INTO "backorderkit_events" VALUES(1,1,'stock_counted','{"event":{"at":"2026-03-02T13:00:00Z","difference":4,"location":"main","reason":"first count","sku":"LAMP","type":"stock_counted"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(2,2,'reserve_set','{"event":{"at":"2026-03-02T13:00:00Z","location":"main","quantity":1,"sku":"LAMP","type":"reserve_set"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(3,4,'order_placed','{"event":{"order":{"customer":"ada","lines":[{"quantity":5,"ref":"O-1/1","sku":"LAMP"},{"quantity":2,"ref":"O-1/2","sku":"CHAIR"}],"placed_at":"2026-03-02T12:00:00Z","ref":"O-1"},"portions":[{"line":"O-1/1","location":"main","number":0,"quantity":5},{"line":"O-1/2","location":"main","number":0,"quantity":2}],"type":"order_placed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(4,4,'allocated','{"event":{"at":"2026-03-02T12:00:00Z","line":"O-1/1","portion":0,"quantity":3,"type":"allocated","wanted":5},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(5,6,'order_placed','{"event":{"order":{"customer":"ada","lines":[{"quantity":4,"ref":"O-2/1","sku":"LAMP"}],"placed_at":"2026-03-02T12:01:00Z","ref":"O-2"},"portions":[{"line":"O-2/1","location":"main","number":0,"quantity":3}],"type":"order_placed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(6,6,'quantity_refused','{"event":{"at":"2026-03-02T12:01:00Z","code":"cap_reached","line":"O-2/1","order":"O-2","quantity":1,"reason":"only 3 more of LAMP can be backordered (limit 5, 2 waiting)","type":"quantity_refused"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(7,7,'order_refused','{"event":{"order":{"customer":"ada","lines":[{"quantity":9,"ref":"O-3/1","sku":"LAMP"}],"placed_at":"2026-03-02T12:02:00Z","ref":"O-3"},"refused":[{"at":"2026-03-02T12:02:00Z","code":"not_sold_short","line":"O-3/1","order":"O-3","quantity":9,"reason":"LAMP is not sold short"}],"type":"order_refused"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(8,8,'order_placed','{"event":{"order":{"customer":"ben","lines":[{"allocate_not_before":"2026-03-05","quantity":2,"ref":"O-4/1","sku":"LAMP"}],"placed_at":"2026-03-02T12:00:00Z","ref":"O-4"},"portions":[{"line":"O-4/1","location":"main","number":0,"quantity":2}],"postponed":["O-4/1"],"type":"order_placed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(9,9,'order_placed','{"event":{"order":{"customer":"ada","hold":"unpaid","lines":[{"quantity":3,"ref":"O-5/1","sku":"CHAIR"}],"placed_at":"2026-03-02T12:03:00Z","ref":"O-5"},"portions":[{"line":"O-5/1","location":"main","number":0,"quantity":3}],"type":"order_placed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(10,10,'hold_released','{"event":{"at":"2026-03-02T13:00:00Z","order":"O-5","type":"hold_released"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(11,11,'order_held','{"event":{"at":"2026-03-02T13:00:00Z","order":"O-5","reason":"address unknown","type":"order_held"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(12,12,'hold_released','{"event":{"at":"2026-03-05T13:00:00Z","order":"O-5","type":"hold_released"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(13,13,'order_reprioritised','{"event":{"actor":"eve","at":"2026-03-02T13:00:00Z","order":"O-2","priority":-1,"reason":"a wedding","type":"order_reprioritised"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(14,14,'line_became_due','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-4/1","type":"line_became_due"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(15,15,'purchase_placed','{"event":{"order":{"lines":[{"quantity":9,"ref":"P-1/1","sku":"LAMP"}],"ordered_at":"2026-03-02T12:00:00Z","ref":"P-1","supplier":"ACME"},"type":"purchase_placed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(16,17,'purchase_placed','{"event":{"order":{"lines":[{"needs":[{"line":"O-1/2","portion":0,"quantity":1}],"quantity":2,"ref":"P-2/1","sku":"CHAIR"}],"ordered_at":"2026-03-02T13:00:00Z","ref":"P-2","supplier":"BOLT"},"type":"purchase_placed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(17,17,'units_pinned','{"event":{"at":"2026-03-02T13:00:00Z","line":"O-1/2","portion":0,"purchase_line":"P-2/1","quantity":1,"reason":"bought for it","type":"units_pinned"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(18,18,'units_pinned','{"event":{"at":"2026-03-02T13:00:00Z","line":"O-1/1","portion":0,"purchase_line":"P-1/1","quantity":1,"reason":"bought for it","type":"units_pinned"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(19,19,'units_pinned','{"event":{"at":"2026-03-02T13:00:00Z","line":"O-2/1","portion":0,"purchase_line":"P-1/1","quantity":1,"reason":"bought for it","type":"units_pinned"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(20,20,'pin_released','{"event":{"at":"2026-03-02T13:00:00Z","line":"O-2/1","portion":0,"purchase_line":"P-1/1","quantity":1,"reason":"not needed","type":"pin_released"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(21,22,'purchase_confirmed','{"event":{"at":"2026-03-02T13:00:00Z","confirmed_on":"2026-04-09","purchase_line":"P-1/1","type":"purchase_confirmed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(22,22,'purchase_expected','{"event":{"at":"2026-03-02T13:00:00Z","expected_on":"2026-04-09","purchase_line":"P-1/1","reason":"the supplier wrote","type":"purchase_expected"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(23,25,'promise_made','{"event":{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-04-09","quantity":2}],"evidence":"confirmation","line":"O-1/1","reason":"supply changed","sources":["P-1/1"],"type":"promise_made"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(24,25,'promise_made','{"event":{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-04-09","quantity":2}],"evidence":"confirmation","line":"O-4/1","reason":"supply changed","sources":["P-1/1"],"type":"promise_made"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(25,25,'promise_made','{"event":{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-04-09","quantity":3}],"evidence":"confirmation","line":"O-2/1","reason":"supply changed","sources":["P-1/1"],"type":"promise_made"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(26,26,'purchase_expected','{"event":{"at":"2026-03-02T13:00:00Z","expected_on":"2026-05-04","purchase_line":"P-1/1","reason":"a storm","type":"purchase_expected"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(27,29,'promise_made','{"event":{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-05-04","quantity":2}],"evidence":"confirmation","line":"O-1/1","reason":"supply changed","sources":["P-1/1"],"type":"promise_made"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(28,29,'promise_made','{"event":{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-05-04","quantity":2}],"evidence":"confirmation","line":"O-4/1","reason":"supply changed","sources":["P-1/1"],"type":"promise_made"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(29,29,'promise_made','{"event":{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-05-04","quantity":3}],"evidence":"confirmation","line":"O-2/1","reason":"supply changed","sources":["P-1/1"],"type":"promise_made"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(30,30,'supply_shipped','{"event":{"at":"2026-03-02T13:00:00Z","expected_on":"2026-04-09","purchase_line":"P-1/1","quantity":5,"ref":"N-1","type":"supply_shipped"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(31,35,'goods_received','{"event":{"receipt":{"lines":[{"accepted":3,"purchase_line":"P-1/1","reason":"broken","rejected":1,"remedy":"credit","sku":"LAMP"}],"received_at":"2026-03-05T13:00:00Z","ref":"R-1"},"type":"goods_received"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(32,35,'purchase_line_closed','{"event":{"at":"2026-03-05T13:00:00Z","purchase_line":"P-1/1","quantity":1,"reason":"credited: broken","type":"purchase_line_closed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(33,35,'allocated','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-1/1","portion":0,"quantity":1,"source":"P-1/1","type":"allocated","wanted":1},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(34,35,'allocated','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-1/1","portion":0,"quantity":1,"type":"allocated","wanted":1},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(35,35,'allocated','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-4/1","portion":0,"quantity":1,"type":"allocated","wanted":2},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(36,36,'purchase_line_closed','{"event":{"at":"2026-03-05T13:00:00Z","purchase_line":"P-1/1","quantity":5,"reason":"lost at sea","type":"purchase_line_closed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(37,37,'purchase_placed','{"event":{"order":{"lines":[{"quantity":1,"ref":"P-3/1","sku":"RUG"}],"ordered_at":"2026-03-02T12:00:00Z","ref":"P-3","supplier":"ACME"},"type":"purchase_placed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(38,38,'purchase_line_closed','{"event":{"at":"2026-03-02T13:00:00Z","purchase_line":"P-3/1","quantity":1,"reason":"too dear","type":"purchase_line_closed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(39,41,'goods_received','{"event":{"receipt":{"lines":[{"accepted":3,"sku":"CHAIR"}],"received_at":"2026-03-02T12:00:00Z","ref":"R-2"},"type":"goods_received"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(40,41,'allocated','{"event":{"at":"2026-03-02T12:00:00Z","line":"O-1/2","portion":0,"quantity":1,"type":"allocated","wanted":1},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(41,41,'allocated','{"event":{"at":"2026-03-02T12:00:00Z","line":"O-5/1","portion":0,"quantity":2,"type":"allocated","wanted":3},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(42,42,'allocation_frozen','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-1/2","portion":0,"quantity":1,"reason":"picked","type":"allocation_frozen"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(43,43,'allocation_thawed','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-1/2","portion":0,"quantity":1,"type":"allocation_thawed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(44,44,'allocation_moved','{"event":{"actor":"eve","at":"2026-03-02T13:00:00Z","line":"O-1/2","portion":0,"quantity":1,"reason":"a wedding","to_line":"O-5/1","to_portion":0,"type":"allocation_moved"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(45,45,'goods_shipped','{"event":{"at":"2026-03-05T13:00:00Z","lines":[{"line":"O-1/1","portion":0,"quantity":2}],"order":"O-1","shipment":"S-1","type":"goods_shipped"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(46,47,'goods_returned','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-1/1","location":"main","quantity":1,"ref":"T-1","restocked":1,"type":"goods_returned"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(47,47,'allocated','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-4/1","portion":0,"quantity":1,"type":"allocated","wanted":1},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(48,49,'stock_counted','{"event":{"at":"2026-03-05T13:00:00Z","difference":13,"location":"main","reason":"counted","sku":"LAMP","type":"stock_counted"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(49,49,'allocated','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-2/1","portion":0,"quantity":3,"type":"allocated","wanted":3},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(50,50,'stock_transferred','{"event":{"at":"2026-03-02T13:00:00Z","destination":"north","quantity":1,"ref":"M-1","sku":"LAMP","source":"main","type":"stock_transferred"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(51,51,'transfer_dispatched','{"event":{"at":"2026-03-02T13:00:00Z","destination":"north","expected_on":"2026-04-09","quantity":1,"ref":"M-2","sku":"LAMP","source":"main","type":"transfer_dispatched"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(52,52,'goods_received','{"event":{"receipt":{"lines":[{"accepted":1,"location":"north","purchase_line":"M-2","sku":"LAMP"}],"received_at":"2026-03-02T12:00:00Z","ref":"R-3"},"type":"goods_received"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(53,54,'order_placed','{"event":{"order":{"customer":"ada","lines":[{"quantity":30,"ref":"O-7/1","sku":"LAMP"}],"placed_at":"2026-03-02T12:05:00Z","ref":"O-7"},"portions":[{"line":"O-7/1","location":"main","number":0,"quantity":30}],"type":"order_placed"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(54,54,'allocated','{"event":{"at":"2026-03-02T12:05:00Z","line":"O-7/1","portion":0,"quantity":8,"type":"allocated","wanted":30},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(55,55,'portion_added','{"event":{"portion":{"line":"O-7/1","location":"main","number":1,"quantity":2},"queued_at":"2026-03-05T13:00:00Z","type":"portion_added"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(56,57,'portion_moved','{"event":{"at":"2026-03-05T13:00:00Z","destination":"north","line":"O-7/1","number":2,"portion":0,"quantity":2,"type":"portion_moved"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(57,57,'allocated','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-7/1","portion":2,"quantity":2,"type":"allocated","wanted":2},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(58,61,'segment_unmet','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-7/1","owed":28,"portion":0,"possible":13,"segment":"win","type":"segment_unmet"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(59,61,'segment_unmet','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-7/1","owed":2,"portion":1,"possible":0,"segment":"win","type":"segment_unmet"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(60,61,'allocation_released','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-5/1","portion":0,"quantity":1,"reason":"reallocated","type":"allocation_released"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(61,61,'allocated','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-1/2","portion":0,"quantity":1,"type":"allocated","wanted":1},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(62,62,'stock_counted','{"event":{"at":"2026-03-02T13:00:00Z","difference":2,"location":"main","reason":"counted","sku":"RUG","type":"stock_counted"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(63,64,'quote_held','{"event":{"order":{"customer":"ada","hold":"quoted until 2026-03-05 13:00+00:00","lines":[{"quantity":2,"ref":"Q-1/1","sku":"RUG"}],"placed_at":"2026-03-02T12:06:00Z","ref":"Q-1"},"portions":[{"line":"Q-1/1","location":"main","number":0,"quantity":2}],"type":"quote_held","until":"2026-03-05T13:00:00Z"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(64,64,'allocated','{"event":{"at":"2026-03-02T12:06:00Z","line":"Q-1/1","portion":0,"quantity":2,"type":"allocated","wanted":2},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(65,65,'quote_accepted','{"event":{"at":"2026-03-02T13:00:00Z","order":"Q-1","portions":[{"allocated":2,"line":"Q-1/1","location":"main","number":0,"quantity":2}],"type":"quote_accepted"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(66,66,'quantity_cancelled','{"event":{"at":"2026-03-05T13:00:00Z","line":"O-7/1","portion":1,"quantity":2,"reason":"cancelled by the customer","type":"quantity_cancelled"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(67,68,'allocation_released','{"event":{"at":"2026-03-05T13:00:00Z","line":"Q-1/1","portion":0,"quantity":2,"reason":"cancelled by the customer","type":"allocation_released"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(68,68,'quantity_cancelled','{"event":{"at":"2026-03-05T13:00:00Z","line":"Q-1/1","portion":0,"quantity":2,"reason":"cancelled by the customer","type":"quantity_cancelled"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(69,69,'quote_refused','{"event":{"order":{"customer":"ada","lines":[{"quantity":1,"ref":"Q-2/1","sku":"SOFA"}],"placed_at":"2026-03-02T12:07:00Z","ref":"Q-2"},"refused":[{"at":"2026-03-02T12:07:00Z","code":"not_covered","line":"Q-2/1","order":"Q-2","quantity":1,"reason":"nothing on hand or on its way covers them"}],"type":"quote_refused","until":"2026-03-05T13:00:00Z"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(70,71,'quote_held','{"event":{"order":{"customer":"ada","hold":"quoted until 2026-03-05 13:00+00:00","lines":[{"quantity":1,"ref":"Q-3/1","sku":"RUG"}],"placed_at":"2026-03-02T12:08:00Z","ref":"Q-3"},"portions":[{"line":"Q-3/1","location":"main","number":0,"quantity":1}],"type":"quote_held","until":"2026-03-05T13:00:00Z"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(71,71,'allocated','{"event":{"at":"2026-03-02T12:08:00Z","line":"Q-3/1","portion":0,"quantity":1,"type":"allocated","wanted":1},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(72,74,'quote_expired','{"event":{"at":"2026-03-05T13:00:00Z","order":"Q-3","type":"quote_expired"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(73,74,'allocation_released','{"event":{"at":"2026-03-05T13:00:00Z","line":"Q-3/1","portion":0,"quantity":1,"reason":"the quote expired","type":"allocation_released"},"format":1,"kind":"event"}');
INSERT INTO "backorderkit_events" VALUES(74,74,'quantity_cancelled','{"event":{"at":"2026-03-05T13:00:00Z","line":"Q-3/1","portion":0,"quantity":1,"reason":"the quote expired","type":"quantity_cancelled"},"format":1,"kind":"event"}');
CREATE TABLE backorderkit_lines (
	ref TEXT NOT NULL, 
	order_ref TEXT NOT NULL, 
	sku TEXT NOT NULL, 
	is_postponed INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	returned INTEGER NOT NULL, 
	deliveries INTEGER NOT NULL, 
	promises TEXT NOT NULL, 
	PRIMARY KEY (ref), 
	CONSTRAINT ck_backorderkit_line_units CHECK (0 <= refused AND 0 <= returned)
)
 STRICT

;
INSERT INTO "backorderkit_lines" VALUES('O-1/1','O-1','LAMP',0,0,1,3,'[{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-04-09","quantity":2}],"evidence":"confirmation","line":"O-1/1","reason":"supply changed","sources":["P-1/1"]},{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-05-04","quantity":2}],"evidence":"confirmation","line":"O-1/1","reason":"supply changed","sources":["P-1/1"]}]');
INSERT INTO "backorderkit_lines" VALUES('O-1/2','O-1','CHAIR',0,0,0,2,'[]');
INSERT INTO "backorderkit_lines" VALUES('O-2/1','O-2','LAMP',0,1,0,1,'[{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-04-09","quantity":3}],"evidence":"confirmation","line":"O-2/1","reason":"supply changed","sources":["P-1/1"]},{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-05-04","quantity":3}],"evidence":"confirmation","line":"O-2/1","reason":"supply changed","sources":["P-1/1"]}]');
INSERT INTO "backorderkit_lines" VALUES('O-4/1','O-4','LAMP',0,0,0,2,'[{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-04-09","quantity":2}],"evidence":"confirmation","line":"O-4/1","reason":"supply changed","sources":["P-1/1"]},{"at":"2026-03-02T13:00:00Z","dates":[{"on":"2026-05-04","quantity":2}],"evidence":"confirmation","line":"O-4/1","reason":"supply changed","sources":["P-1/1"]}]');
INSERT INTO "backorderkit_lines" VALUES('O-5/1','O-5','CHAIR',0,0,0,2,'[]');
INSERT INTO "backorderkit_lines" VALUES('O-7/1','O-7','LAMP',0,0,0,2,'[]');
INSERT INTO "backorderkit_lines" VALUES('Q-1/1','Q-1','RUG',0,0,0,1,'[]');
INSERT INTO "backorderkit_lines" VALUES('Q-3/1','Q-3','RUG',0,0,0,1,'[]');
CREATE TABLE backorderkit_orders (
	ref TEXT NOT NULL, 
	customer TEXT NOT NULL, 
	placed_at INTEGER NOT NULL, 
	held TEXT NOT NULL, 
	priority INTEGER NOT NULL, 
	quoted_until INTEGER, 
	is_shippable INTEGER NOT NULL, 
	waiting INTEGER NOT NULL, 
	allocated INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (ref), 
	CONSTRAINT ck_backorderkit_order_units CHECK (0 <= waiting AND 0 <= allocated)
)
 STRICT

;
INSERT INTO "backorderkit_orders" VALUES('O-1','ada',1772452800000000,'',0,NULL,1,1,4,3,'{"customer":"ada","lines":[{"quantity":5,"ref":"O-1/1","sku":"LAMP"},{"quantity":2,"ref":"O-1/2","sku":"CHAIR"}],"placed_at":"2026-03-02T12:00:00Z","ref":"O-1"}');
INSERT INTO "backorderkit_orders" VALUES('O-2','ada',1772452860000000,'',-1,NULL,1,0,3,5,'{"customer":"ada","lines":[{"quantity":4,"ref":"O-2/1","sku":"LAMP"}],"placed_at":"2026-03-02T12:01:00Z","ref":"O-2"}');
INSERT INTO "backorderkit_orders" VALUES('O-4','ben',1772452800000000,'',0,NULL,1,0,2,8,'{"customer":"ben","lines":[{"allocate_not_before":"2026-03-05","quantity":2,"ref":"O-4/1","sku":"LAMP"}],"placed_at":"2026-03-02T12:00:00Z","ref":"O-4"}');
INSERT INTO "backorderkit_orders" VALUES('O-5','ada',1772452980000000,'',0,NULL,1,1,2,9,'{"customer":"ada","hold":"unpaid","lines":[{"quantity":3,"ref":"O-5/1","sku":"CHAIR"}],"placed_at":"2026-03-02T12:03:00Z","ref":"O-5"}');
INSERT INTO "backorderkit_orders" VALUES('O-7','ada',1772453100000000,'',0,NULL,1,20,10,53,'{"customer":"ada","lines":[{"quantity":30,"ref":"O-7/1","sku":"LAMP"}],"placed_at":"2026-03-02T12:05:00Z","ref":"O-7"}');
INSERT INTO "backorderkit_orders" VALUES('Q-1','ada',1772453160000000,'',0,NULL,0,0,0,63,'{"customer":"ada","hold":"quoted until 2026-03-05 13:00+00:00","lines":[{"quantity":2,"ref":"Q-1/1","sku":"RUG"}],"placed_at":"2026-03-02T12:06:00Z","ref":"Q-1"}');
INSERT INTO "backorderkit_orders" VALUES('Q-3','ada',1772453280000000,'quoted until 2026-03-05 13:00+00:00',0,1772715600000000,0,0,0,70,'{"customer":"ada","hold":"quoted until 2026-03-05 13:00+00:00","lines":[{"quantity":1,"ref":"Q-3/1","sku":"RUG"}],"placed_at":"2026-03-02T12:08:00Z","ref":"Q-3"}');
CREATE TABLE backorderkit_outbox (
	"key" TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	is_sent INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
)
 STRICT

;
INSERT INTO "backorderkit_outbox" VALUES('confirmed/O-1/2',4,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T12:00:00Z","customer":"ada","key":"confirmed/O-1/2","kind":"confirmed","lines":[{"line":"O-1/1","open":5,"quantity":3,"sku":"LAMP","waiting":2},{"line":"O-1/2","open":2,"quantity":0,"sku":"CHAIR","waiting":2}],"order":"O-1","reason":"O-1"}}');
INSERT INTO "backorderkit_outbox" VALUES('confirmed/O-2/4',6,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T12:01:00Z","customer":"ada","key":"confirmed/O-2/4","kind":"confirmed","lines":[{"line":"O-2/1","open":3,"quantity":0,"sku":"LAMP","waiting":3}],"order":"O-2","reason":"O-2"}}');
INSERT INTO "backorderkit_outbox" VALUES('refused/O-2/4',6,1,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T12:01:00Z","customer":"ada","key":"refused/O-2/4","kind":"refused","lines":[{"line":"O-2/1","open":3,"quantity":1,"sku":"LAMP","waiting":3}],"order":"O-2","reason":"O-2"}}');
INSERT INTO "backorderkit_outbox" VALUES('refused/O-3/6',7,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T12:02:00Z","customer":"ada","key":"refused/O-3/6","kind":"refused","lines":[{"line":"O-3/1","quantity":9,"sku":"LAMP","waiting":0}],"order":"O-3","reason":"O-3"}}');
INSERT INTO "backorderkit_outbox" VALUES('confirmed/O-4/7',8,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T12:00:00Z","customer":"ben","key":"confirmed/O-4/7","kind":"confirmed","lines":[{"line":"O-4/1","open":2,"quantity":0,"sku":"LAMP","waiting":2}],"order":"O-4","reason":"O-4"}}');
INSERT INTO "backorderkit_outbox" VALUES('confirmed/O-5/8',9,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T12:03:00Z","customer":"ada","key":"confirmed/O-5/8","kind":"confirmed","lines":[{"line":"O-5/1","open":3,"quantity":0,"sku":"CHAIR","waiting":3}],"order":"O-5","reason":"O-5"}}');
INSERT INTO "backorderkit_outbox" VALUES('date_set/O-1/22',25,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T13:00:00Z","customer":"ada","key":"date_set/O-1/22","kind":"date_set","lines":[{"dates":[{"on":"2026-04-09","quantity":2}],"line":"O-1/1","open":5,"quantity":2,"sku":"LAMP","waiting":2}],"order":"O-1","reason":"supply changed"}}');
INSERT INTO "backorderkit_outbox" VALUES('date_set/O-4/22',25,1,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T13:00:00Z","customer":"ben","key":"date_set/O-4/22","kind":"date_set","lines":[{"dates":[{"on":"2026-04-09","quantity":2}],"line":"O-4/1","open":2,"quantity":2,"sku":"LAMP","waiting":2}],"order":"O-4","reason":"supply changed"}}');
INSERT INTO "backorderkit_outbox" VALUES('date_set/O-2/22',25,2,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T13:00:00Z","customer":"ada","key":"date_set/O-2/22","kind":"date_set","lines":[{"dates":[{"on":"2026-04-09","quantity":3}],"line":"O-2/1","open":3,"quantity":3,"sku":"LAMP","waiting":3}],"order":"O-2","reason":"supply changed"}}');
INSERT INTO "backorderkit_outbox" VALUES('date_moved/O-1/26',29,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T13:00:00Z","customer":"ada","key":"date_moved/O-1/26","kind":"date_moved","lines":[{"dates":[{"on":"2026-05-04","quantity":2}],"line":"O-1/1","moved_from":"2026-04-09","open":5,"quantity":2,"sku":"LAMP","waiting":2}],"order":"O-1","reason":"supply changed"}}');
INSERT INTO "backorderkit_outbox" VALUES('date_moved/O-4/26',29,1,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T13:00:00Z","customer":"ben","key":"date_moved/O-4/26","kind":"date_moved","lines":[{"dates":[{"on":"2026-05-04","quantity":2}],"line":"O-4/1","moved_from":"2026-04-09","open":2,"quantity":2,"sku":"LAMP","waiting":2}],"order":"O-4","reason":"supply changed"}}');
INSERT INTO "backorderkit_outbox" VALUES('date_moved/O-2/26',29,2,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T13:00:00Z","customer":"ada","key":"date_moved/O-2/26","kind":"date_moved","lines":[{"dates":[{"on":"2026-05-04","quantity":3}],"line":"O-2/1","moved_from":"2026-04-09","open":3,"quantity":3,"sku":"LAMP","waiting":3}],"order":"O-2","reason":"supply changed"}}');
INSERT INTO "backorderkit_outbox" VALUES('arrived/O-1/30',35,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-05T13:00:00Z","customer":"ada","key":"arrived/O-1/30","kind":"arrived","lines":[{"dates":[{"on":"2026-05-04","quantity":2}],"line":"O-1/1","open":5,"quantity":2,"sku":"LAMP","waiting":0}],"order":"O-1","reason":"R-1"}}');
INSERT INTO "backorderkit_outbox" VALUES('arrived/O-4/30',35,1,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-05T13:00:00Z","customer":"ben","key":"arrived/O-4/30","kind":"arrived","lines":[{"dates":[{"on":"2026-05-04","quantity":1}],"line":"O-4/1","open":2,"quantity":1,"sku":"LAMP","waiting":1}],"order":"O-4","reason":"R-1"}}');
INSERT INTO "backorderkit_outbox" VALUES('arrived/O-1/38',41,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T12:00:00Z","customer":"ada","key":"arrived/O-1/38","kind":"arrived","lines":[{"line":"O-1/2","open":2,"quantity":1,"sku":"CHAIR","waiting":1}],"order":"O-1","reason":"R-2"}}');
INSERT INTO "backorderkit_outbox" VALUES('arrived/O-5/38',41,1,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T12:00:00Z","customer":"ada","key":"arrived/O-5/38","kind":"arrived","lines":[{"line":"O-5/1","open":3,"quantity":2,"sku":"CHAIR","waiting":1}],"order":"O-5","reason":"R-2"}}');
INSERT INTO "backorderkit_outbox" VALUES('arrived/O-5/43',44,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T13:00:00Z","customer":"ada","key":"arrived/O-5/43","kind":"arrived","lines":[{"line":"O-5/1","open":3,"quantity":1,"sku":"CHAIR","waiting":0}],"order":"O-5","reason":"a wedding"}}');
INSERT INTO "backorderkit_outbox" VALUES('shipped/O-1/44',45,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-05T13:00:00Z","customer":"ada","key":"shipped/O-1/44","kind":"shipped","lines":[{"dates":[{"on":"2026-05-04","quantity":2}],"line":"O-1/1","open":3,"quantity":2,"sku":"LAMP","waiting":0},{"line":"O-1/2","open":2,"quantity":0,"sku":"CHAIR","waiting":2}],"order":"O-1","reason":"S-1"}}');
INSERT INTO "backorderkit_outbox" VALUES('arrived/O-4/45',47,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-05T13:00:00Z","customer":"ben","key":"arrived/O-4/45","kind":"arrived","lines":[{"dates":[{"on":"2026-05-04","quantity":2}],"line":"O-4/1","open":2,"quantity":1,"sku":"LAMP","waiting":0}],"order":"O-4","reason":"T-1"}}');
INSERT INTO "backorderkit_outbox" VALUES('arrived/O-2/47',49,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-05T13:00:00Z","customer":"ada","key":"arrived/O-2/47","kind":"arrived","lines":[{"dates":[{"on":"2026-05-04","quantity":3}],"line":"O-2/1","open":3,"quantity":3,"sku":"LAMP","waiting":0}],"order":"O-2","reason":"a stock count"}}');
INSERT INTO "backorderkit_outbox" VALUES('confirmed/O-7/52',54,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T12:05:00Z","customer":"ada","key":"confirmed/O-7/52","kind":"confirmed","lines":[{"line":"O-7/1","open":30,"quantity":8,"sku":"LAMP","waiting":22}],"order":"O-7","reason":"O-7"}}');
INSERT INTO "backorderkit_outbox" VALUES('arrived/O-7/55',57,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-05T13:00:00Z","customer":"ada","key":"arrived/O-7/55","kind":"arrived","lines":[{"line":"O-7/1","open":32,"quantity":2,"sku":"LAMP","waiting":22}],"order":"O-7","reason":"moved to north"}}');
INSERT INTO "backorderkit_outbox" VALUES('arrived/O-1/57',61,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-05T13:00:00Z","customer":"ada","key":"arrived/O-1/57","kind":"arrived","lines":[{"line":"O-1/2","open":2,"quantity":1,"sku":"CHAIR","waiting":1}],"order":"O-1","reason":"reallocated"}}');
INSERT INTO "backorderkit_outbox" VALUES('confirmed/Q-1/64',65,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-02T13:00:00Z","customer":"ada","key":"confirmed/Q-1/64","kind":"confirmed","lines":[{"line":"Q-1/1","open":2,"quantity":2,"sku":"RUG","waiting":0}],"order":"Q-1","reason":"a quote was accepted"}}');
INSERT INTO "backorderkit_outbox" VALUES('cancelled/O-7/65',66,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-05T13:00:00Z","customer":"ada","key":"cancelled/O-7/65","kind":"cancelled","lines":[{"line":"O-7/1","open":30,"quantity":2,"sku":"LAMP","waiting":20}],"order":"O-7","reason":"cancelled by the customer"}}');
INSERT INTO "backorderkit_outbox" VALUES('cancelled/Q-1/66',68,0,0,'{"format":1,"kind":"notice","notice":{"at":"2026-03-05T13:00:00Z","customer":"ada","key":"cancelled/Q-1/66","kind":"cancelled","lines":[{"line":"Q-1/1","quantity":2,"sku":"RUG","waiting":0}],"order":"Q-1","reason":"cancelled by the customer"}}');
CREATE TABLE backorderkit_pins (
	purchase_line TEXT NOT NULL, 
	line TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	units INTEGER NOT NULL, 
	PRIMARY KEY (purchase_line, line, number), 
	CONSTRAINT ck_backorderkit_pinned_units CHECK (units > 0)
)
 STRICT

;
INSERT INTO "backorderkit_pins" VALUES('P-2/1','O-1/2',0,1);
CREATE TABLE backorderkit_pools (
	sku TEXT NOT NULL, 
	location TEXT NOT NULL, 
	on_hand INTEGER NOT NULL, 
	allocated INTEGER NOT NULL, 
	reserve INTEGER NOT NULL, 
	received INTEGER NOT NULL, 
	returned INTEGER NOT NULL, 
	counted INTEGER NOT NULL, 
	transferred INTEGER NOT NULL, 
	shipped INTEGER NOT NULL, 
	waiting INTEGER NOT NULL, 
	queued INTEGER NOT NULL, 
	postponed INTEGER NOT NULL, 
	pinned INTEGER NOT NULL, 
	incoming INTEGER NOT NULL, 
	PRIMARY KEY (sku, location), 
	CONSTRAINT ck_backorderkit_on_hand CHECK (0 <= on_hand), 
	CONSTRAINT ck_backorderkit_pool_allocated CHECK (0 <= allocated AND allocated <= on_hand), 
	CONSTRAINT ck_backorderkit_pool_sums CHECK (0 <= waiting AND 0 <= queued AND 0 <= incoming)
)
 STRICT

;
INSERT INTO "backorderkit_pools" VALUES('LAMP','main',17,16,1,3,1,17,-2,2,20,20,0,0,0);
INSERT INTO "backorderkit_pools" VALUES('CHAIR','main',3,3,0,3,0,0,0,0,2,1,0,1,2);
INSERT INTO "backorderkit_pools" VALUES('RUG','main',2,0,0,0,0,2,0,0,0,0,0,0,0);
INSERT INTO "backorderkit_pools" VALUES('LAMP','north',2,2,0,0,0,0,2,0,0,0,0,0,0);
CREATE TABLE backorderkit_purchase_lines (
	ref TEXT NOT NULL, 
	purchase TEXT NOT NULL, 
	is_transfer INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	supplier TEXT NOT NULL, 
	sku TEXT NOT NULL, 
	location TEXT NOT NULL, 
	ordered INTEGER NOT NULL, 
	open INTEGER NOT NULL, 
	accepted INTEGER NOT NULL, 
	over INTEGER NOT NULL, 
	rejected INTEGER NOT NULL, 
	closed INTEGER NOT NULL, 
	pinned INTEGER NOT NULL, 
	requested_on TEXT, 
	expected_on TEXT, 
	named_on TEXT, 
	confirmed_on TEXT, 
	evidence TEXT NOT NULL, 
	dated_at INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	announced TEXT NOT NULL, 
	given TEXT NOT NULL, 
	PRIMARY KEY (ref), 
	CONSTRAINT ck_backorderkit_purchase_units CHECK (ordered = open + accepted + closed), 
	CONSTRAINT ck_backorderkit_purchase_bounds CHECK (0 <= pinned AND pinned <= open)
)
 STRICT

;
INSERT INTO "backorderkit_purchase_lines" VALUES('P-1/1','P-1',0,0,'ACME','LAMP','main',9,0,3,0,1,6,0,NULL,'2026-05-04','2026-05-04','2026-04-09','confirmation',1772456400000000,15,'[]','[{"line":"O-1/1","portion":0,"quantity":1}]');
INSERT INTO "backorderkit_purchase_lines" VALUES('P-2/1','P-2',0,0,'BOLT','CHAIR','main',2,2,0,0,0,0,1,NULL,NULL,NULL,NULL,'nothing',1772456400000000,16,'[]','[]');
INSERT INTO "backorderkit_purchase_lines" VALUES('P-3/1','P-3',0,0,'ACME','RUG','main',1,0,0,0,0,1,0,NULL,NULL,NULL,NULL,'nothing',1772452800000000,37,'[]','[]');
INSERT INTO "backorderkit_purchase_lines" VALUES('M-2','M-2',1,0,'main','LAMP','north',1,0,1,0,0,0,0,NULL,'2026-04-09','2026-04-09',NULL,'transfer',1772456400000000,51,'[]','[]');
CREATE TABLE backorderkit_purchases (
	ref TEXT NOT NULL, 
	is_transfer INTEGER NOT NULL, 
	supplier TEXT NOT NULL, 
	destination TEXT NOT NULL, 
	ordered_at INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (ref, is_transfer)
)
 STRICT

;
INSERT INTO "backorderkit_purchases" VALUES('P-1',0,'ACME','main',1772452800000000,15,'{"lines":[{"quantity":9,"ref":"P-1/1","sku":"LAMP"}],"ordered_at":"2026-03-02T12:00:00Z","ref":"P-1","supplier":"ACME"}');
INSERT INTO "backorderkit_purchases" VALUES('P-2',0,'BOLT','main',1772456400000000,16,'{"lines":[{"needs":[{"line":"O-1/2","portion":0,"quantity":1}],"quantity":2,"ref":"P-2/1","sku":"CHAIR"}],"ordered_at":"2026-03-02T13:00:00Z","ref":"P-2","supplier":"BOLT"}');
INSERT INTO "backorderkit_purchases" VALUES('P-3',0,'ACME','main',1772452800000000,37,'{"lines":[{"quantity":1,"ref":"P-3/1","sku":"RUG"}],"ordered_at":"2026-03-02T12:00:00Z","ref":"P-3","supplier":"ACME"}');
INSERT INTO "backorderkit_purchases" VALUES('M-2',1,'main','north',1772456400000000,51,'{"destination":"north","lines":[{"evidence":"transfer","expected_on":"2026-04-09","quantity":1,"ref":"M-2","sku":"LAMP"}],"ordered_at":"2026-03-02T13:00:00Z","ref":"M-2","supplier":"main"}');
CREATE TABLE backorderkit_touched (
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	PRIMARY KEY ("key")
)
 STRICT

;
INSERT INTO "backorderkit_touched" VALUES('poolLAMPmain','pool','LAMP',66);
INSERT INTO "backorderkit_touched" VALUES('lineO-1/1','line','O-1/1',4);
INSERT INTO "backorderkit_touched" VALUES('lineO-1/2','line','O-1/2',4);
INSERT INTO "backorderkit_touched" VALUES('orderO-1','order','O-1',61);
INSERT INTO "backorderkit_touched" VALUES('poolCHAIRmain','pool','CHAIR',61);
INSERT INTO "backorderkit_touched" VALUES('lineO-2/1','line','O-2/1',6);
INSERT INTO "backorderkit_touched" VALUES('orderO-2','order','O-2',49);
INSERT INTO "backorderkit_touched" VALUES('orderO-3','order','O-3',7);
INSERT INTO "backorderkit_touched" VALUES('lineO-4/1','line','O-4/1',8);
INSERT INTO "backorderkit_touched" VALUES('orderO-4','order','O-4',47);
INSERT INTO "backorderkit_touched" VALUES('lineO-5/1','line','O-5/1',9);
INSERT INTO "backorderkit_touched" VALUES('orderO-5','order','O-5',61);
INSERT INTO "backorderkit_touched" VALUES('purchaseP-1','purchase','P-1',36);
INSERT INTO "backorderkit_touched" VALUES('purchase lineP-1/1','purchase line','P-1/1',15);
INSERT INTO "backorderkit_touched" VALUES('purchaseP-2','purchase','P-2',17);
INSERT INTO "backorderkit_touched" VALUES('purchase lineP-2/1','purchase line','P-2/1',17);
INSERT INTO "backorderkit_touched" VALUES('receiptR-1','receipt','R-1',35);
INSERT INTO "backorderkit_touched" VALUES('poolRUGmain','pool','RUG',74);
INSERT INTO "backorderkit_touched" VALUES('purchaseP-3','purchase','P-3',38);
INSERT INTO "backorderkit_touched" VALUES('purchase lineP-3/1','purchase line','P-3/1',37);
INSERT INTO "backorderkit_touched" VALUES('receiptR-2','receipt','R-2',41);
INSERT INTO "backorderkit_touched" VALUES('shipmentS-1','shipment','S-1',45);
INSERT INTO "backorderkit_touched" VALUES('returnT-1','return','T-1',47);
INSERT INTO "backorderkit_touched" VALUES('poolLAMPnorth','pool','LAMP',57);
INSERT INTO "backorderkit_touched" VALUES('transferM-1','transfer','M-1',50);
INSERT INTO "backorderkit_touched" VALUES('purchaseM-2','purchase','M-2',52);
INSERT INTO "backorderkit_touched" VALUES('transferM-2','transfer','M-2',51);
INSERT INTO "backorderkit_touched" VALUES('receiptR-3','receipt','R-3',52);
INSERT INTO "backorderkit_touched" VALUES('lineO-7/1','line','O-7/1',54);
INSERT INTO "backorderkit_touched" VALUES('orderO-7','order','O-7',66);
INSERT INTO "backorderkit_touched" VALUES('lineQ-1/1','line','Q-1/1',64);
INSERT INTO "backorderkit_touched" VALUES('orderQ-1','order','Q-1',68);
INSERT INTO "backorderkit_touched" VALUES('orderQ-2','order','Q-2',69);
INSERT INTO "backorderkit_touched" VALUES('lineQ-3/1','line','Q-3/1',71);
INSERT INTO "backorderkit_touched" VALUES('orderQ-3','order','Q-3',74);
CREATE INDEX ix_backorderkit_unsent ON backorderkit_outbox (position, number) WHERE is_sent = 0;
CREATE INDEX ix_backorderkit_customers ON backorderkit_orders (customer, placed_at);
CREATE INDEX ix_backorderkit_shippable ON backorderkit_orders (placed_at, ref) WHERE is_shippable = 1;
CREATE INDEX ix_backorderkit_lines_of_orders ON backorderkit_lines (order_ref);
CREATE INDEX ix_backorderkit_postponed ON backorderkit_lines (sku) WHERE is_postponed = 1;
CREATE INDEX ix_backorderkit_by_promise ON backorderkit_backorders (promised_on) WHERE waiting > 0;
CREATE INDEX ix_backorderkit_queue ON backorderkit_backorders (sku, location, place) WHERE is_queued = 1;
CREATE INDEX ix_backorderkit_open ON backorderkit_backorders (sku, location) WHERE waiting > 0 OR allocated > 0;
CREATE INDEX ix_backorderkit_owed_to ON backorderkit_backorders (customer) WHERE waiting > 0;
CREATE INDEX ix_backorderkit_by_age ON backorderkit_backorders (queued_at) WHERE waiting > 0;
CREATE INDEX ix_backorderkit_backorders_of_orders ON backorderkit_backorders (order_ref);
CREATE INDEX ix_backorderkit_quotes ON backorderkit_backorders (sku) WHERE quoted_until IS NOT NULL;
CREATE INDEX ix_backorderkit_lines_of_purchases ON backorderkit_purchase_lines (purchase);
CREATE INDEX ix_backorderkit_incoming ON backorderkit_purchase_lines (sku, location) WHERE open > 0;
CREATE INDEX ix_backorderkit_pins_of_lines ON backorderkit_pins (line, number);
COMMIT;
