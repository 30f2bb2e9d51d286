-- The server's own role, who did what from where, and the chains that tell when somebody altered it.

create table server_role (
  name  text primary key,
  given text not null
);
comment on table server_role is 'which rights a role was given, as a digest; see src/store/privileges.ts';

-- who did it ----------------------------------------------------------------------------------------

create type actor as enum ('merchant', 'operator', 'job');

alter table event
  alter column merchant_id drop not null,
  add column actor    actor not null default 'merchant',
  add column operator text,
  add column address  text,
  add column command  text,
  add column outcome  text not null default 'done',
  add check ((operator is not null) = (actor = 'operator')),
  add check (merchant_id is not null or actor = 'operator' or kind = 'calls-refused');
comment on table event is 'who did what, one row for every accepted write, and a count of the calls that were not let in';
comment on column event.ip_address is 'the shopper''s, as the merchant sent it: trusted for nothing, and the only column that can be emptied later';
comment on column event.operator is 'the user name on the operator''s machine';
comment on column event.address is 'where the call came from; null for what the server or the operator did';
comment on column event.command is 'the call, the job or the words of the command line; null before this was kept';
comment on column event.outcome is 'done, or the code of the refusal';
create index event_customer on event (customer_id);

drop trigger event_insert_only on event;
create trigger event_insert_only before delete or truncate on event for each statement execute function refuse_change();
create function refuse_all_but_erasure() returns trigger language plpgsql as $$
declare
  erased event := old;
begin
  erased.ip_address := null;
  if new *<> erased then -- byte by byte: json has no other comparison
    raise exception '% is insert-only', tg_table_name;
  end if;
  return new;
end $$;
create trigger event_erasable before update on event for each row execute function refuse_all_but_erasure();

-- chains --------------------------------------------------------------------------------------------

create table stream (
  id        integer primary key,
  records   bigint not null,
  seal      bytea not null,
  opened_at timestamptz not null default now()
) with (fillfactor = 50); -- each update finds room on its page
comment on table stream is 'a chain of records by one writer, one after the other: no two write to the same; 0 = what was there before there were chains';
comment on column stream.records is 'how many records it has, written in the commit of the last';
comment on column stream.seal is 'keyed hash over the number of records and the last of them';

create table stream_roll (
  only_row boolean primary key default true check (only_row),
  opened   integer not null,
  seal     bytea not null
);
comment on table stream_roll is 'how many streams were opened, sealed: none can be taken away whole';

alter table movement
  add column stream integer,
  add column place  bigint,
  add column mac    bytea,
  add constraint movement_chained check (stream is not null and place is not null and mac is not null) not valid;
comment on column movement.place is 'in its stream, which events share: 1, 2, 3 …';
comment on column movement.mac is 'keyed hash over the movement, its entries and the record before it in the stream';

alter table event
  add column stream integer,
  add column place  bigint,
  add column mac    bytea,
  add constraint event_chained check (stream is not null and place is not null and mac is not null) not valid;
comment on column event.mac is 'keyed hash over the event, but for ip_address, and the record before it in the stream';

-- people who asked to be forgotten ------------------------------------------------------------------

alter table person add column erased_at timestamptz;
comment on column person.erased_at is 'since then nothing here says who it was: hashes of nothing, sealed nothing, no name';
