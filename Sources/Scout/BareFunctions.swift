extension Scout {
  /// Production's own evaluation of monitors and contracts: in a bare database it stands in for the engine's.
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

    create function scout.verify_gold_contracts() returns int language plpgsql as $$
    declare c record; bad text; cnt bigint; sample jsonb; total bigint := 0;
    begin
      for c in select * from scout.gold_contracts where is_active order by id loop
        bad := case c.check_type
          when 'not_null' then format('select * from %s where %I is null', c.table_name, c.column_name)
          when 'positive' then format('select * from %s where %I <= 0', c.table_name, c.column_name)
          when 'unique' then format('select * from %1$s where %2$I in (select %2$I from %1$s group by 1 having count(*) > 1)', c.table_name, c.column_name)
          when 'custom' then c.check_expression
        end;
        continue when bad is null;
        -- A contract that cannot be run must not stop the others.
        begin
          execute format('select count(*) from (%s) q', bad) into cnt;
          if cnt > 0 then
            execute format('select jsonb_agg(to_jsonb(s)) from (select * from (%s) q limit 10) s', bad) into sample;
            insert into scout.contract_violations (table_name, column_name, check_type, row_count, sample_rows, severity)
            values (c.table_name, c.column_name, c.check_type, cnt, sample, c.severity);
            total := total + cnt;
          end if;
        exception when others then
          raise warning 'contract % on % could not be checked: %', c.id, c.table_name, sqlerrm;
        end;
      end loop;
      return total;
    end $$;
    """#
}
