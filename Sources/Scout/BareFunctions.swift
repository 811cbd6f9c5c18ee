extension Scout {
  /// Production's own evaluation of monitors: in a bare database it stands in for the engine's.
  static let bareFunctions = #"""
    create function scout.run_monitors() returns int language plpgsql as $$
    declare m record; rows jsonb; n int := 0;
    begin
      for m in select * from scout.platinum_monitors where is_enabled order by id loop
        begin
          execute 'select jsonb_agg(to_jsonb(q)) from (' || m.sql || ') q' into rows;
          if rows is not null then
            insert into scout.platinum_monitor_events (monitor_id, payload, severity) values (m.id, rows, m.severity);
            n := n + 1;
          end if;
          update scout.platinum_monitors set consecutive_failures = 0, last_error = null where id = m.id;
        exception when others then
          update scout.platinum_monitors set consecutive_failures = consecutive_failures + 1, last_error = sqlerrm where id = m.id;
        end;
        update scout.platinum_monitors set last_run_at = now() where id = m.id;
      end loop;
      return n;
    end $$;
    """#
}
