-- What became of a commit whose answer was lost; limit requests that nobody ended; faster forgetting.

create table write_lane (
  id            uuid primary key,
  last_group    integer not null,
  no_later_than integer,
  at            timestamptz not null default now(),
  check (last_group <= no_later_than)
) with (fillfactor = 50); -- each update finds room on its page
comment on table write_lane is 'the last group that a connection committed, written in the commit of the group: whoever lost the answer to a commit looks here';
comment on column write_lane.no_later_than is 'set by whoever looked: no later group of this lane can be committed any more';

alter type limit_request_state add value 'abandoned';
-- As before, and for abandoned ones, whose name can't be used in the transaction that adds it.
alter table limit_request drop constraint limit_request_check1;
alter table limit_request add check (customer_id is not null or state not in ('verified', 'awaiting-pin', 'confirmed', 'granted', 'rejected'));

create index gateway_call_at on gateway_call (at);
