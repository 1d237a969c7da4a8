-- Where published events came to lie in a stream: at most one row a second and the last one. A relay that finds another
-- message there, or none, knows that JetStream lost what came after the last row that is still right.
CREATE TABLE relay_marks (
    stream       varchar(64) NOT NULL,
    seq          bigint      NOT NULL,
    position     bigint      NOT NULL,
    event_id     uuid        NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stream, seq)
);

-- How many messages are missing inside a stream, so that new holes are told from those that are known.
CREATE TABLE relay_holes (
    stream varchar(64) PRIMARY KEY,
    holes  bigint      NOT NULL
);
