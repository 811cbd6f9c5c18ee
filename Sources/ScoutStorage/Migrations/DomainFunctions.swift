extension Migrations {
  /// The functions of production that are SQL themselves: catalogue, feed, lists with keyset pagination, the job queue's
  /// entry, retention.
  static let domainFunctions = #"""
    create function deep_research.fill_brand_id() returns trigger language plpgsql as $$
    begin
      if new.brand_id is null then
        select b.id into new.brand_id from masterdata.brands b
         where lower(b.brand_name) = lower(coalesce(new.brand_name, new.brand));
      end if;
      return new;
    end $$;
    create trigger sku_summary_fill_brand_id before insert or update on deep_research.sku_summary
    for each row execute function deep_research.fill_brand_id();

    create function scout.push_feed(p_severity text, p_source text, p_title text, p_description text default null,
                                    p_payload jsonb default '{}', p_related jsonb default '[]')
    returns uuid language sql as $$
      insert into scout.agent_feed (severity, source, title, description, payload, related_ids)
      values (coalesce(p_severity, 'info'), p_source, p_title, p_description, coalesce(p_payload, '{}'), coalesce(p_related, '[]'))
      returning id
    $$;

    create function scout.rpc_agent_feed_list(p_limit int default 50, p_cursor timestamptz default null, p_status text default null)
    returns setof scout.agent_feed language sql stable as $$
      select * from scout.agent_feed f
      where (p_status is null or f.status = p_status) and (p_cursor is null or f.created_at < p_cursor)
      order by f.created_at desc, f.id limit greatest(1, least(p_limit, 200))
    $$;

    create function scout.rpc_monitor_events_list(p_limit int default 50, p_cursor timestamptz default null, p_monitor_name text default null)
    returns table (id uuid, monitor_name text, occurred_at timestamptz, payload jsonb, severity text) language sql stable as $$
      select e.id, m.name, e.occurred_at, e.payload, e.severity
      from scout.platinum_monitor_events e join scout.platinum_monitors m on m.id = e.monitor_id
      where (p_monitor_name is null or m.name = p_monitor_name) and (p_cursor is null or e.occurred_at < p_cursor)
      order by e.occurred_at desc, e.id limit greatest(1, least(p_limit, 200))
    $$;

    create function deep_research.rpc_sku_summary_list(p_brand text default null, p_limit int default 50, p_cursor timestamptz default null)
    returns table (id uuid, created_at timestamptz, brand text, sku_name text, category text, upc text, size text, pack text,
                   price_min numeric, price_max numeric, currency text, image_url text, source_url text, meta jsonb)
    language sql stable as $$
      select s.id, s.created_at, s.brand, s.sku_name, s.category, s.upc, s.size, s.pack, s.price_min, s.price_max,
             s.currency, s.image_url, s.source_url, s.meta
      from deep_research.sku_summary s
      where (p_brand is null or s.brand = p_brand) and (p_cursor is null or s.created_at < p_cursor)
      order by s.created_at desc, s.id limit greatest(1, least(p_limit, 200))
    $$;

    create function masterdata.rpc_brands_list(p_search text default null, p_limit int default 50, p_cursor timestamptz default null)
    returns setof masterdata.brands language sql stable as $$
      select * from masterdata.brands b
      where (p_search is null or b.brand_name ilike '%' || p_search || '%') and (p_cursor is null or b.created_at < p_cursor)
      order by b.created_at desc, b.id limit greatest(1, least(p_limit, 200))
    $$;

    create function masterdata.rpc_products_list(p_brand_id uuid default null, p_search text default null, p_limit int default 50, p_cursor timestamptz default null)
    returns setof masterdata.products language sql stable as $$
      select * from masterdata.products p
      where (p_brand_id is null or p.brand_id = p_brand_id)
        and (p_search is null or p.product_name ilike '%' || p_search || '%') and (p_cursor is null or p.created_at < p_cursor)
      order by p.created_at desc, p.id limit greatest(1, least(p_limit, 200))
    $$;

    create function deep_research.rpc_enqueue_sku_job(p_payload jsonb, p_priority int default 100, p_run_after_minutes int default 0)
    returns uuid language sql as $$
      insert into deep_research.sku_jobs (priority, scheduled_for, task_payload)
      values (coalesce(p_priority, 100), now() + make_interval(mins => greatest(0, coalesce(p_run_after_minutes, 0))), coalesce(p_payload, '{}'))
      returning id
    $$;

    -- a stable 13-digit code with a valid EAN-13 check digit
    create function masterdata.synthetic_upc(p_text text) returns text language sql immutable as $$
      with b as (select lpad((abs(hashtextextended(p_text, 42)) % 100000000000)::text, 12, '0') as d)
      select d || ((10 - (select sum(substr(d, i, 1)::int * case when i % 2 = 0 then 3 else 1 end) from generate_series(1, 12) i) % 10) % 10)::text
      from b
    $$;

    create function masterdata.generate_catalog(p_brand text, p_category text, p_subcategory text, p_base text[], p_flavors text[],
                                                p_sizes text[], p_packs text[] default '{}', p_limit int default 0)
    returns int language plpgsql as $$
    declare v_brand uuid; n int;
    begin
      select id into v_brand from masterdata.brands where lower(brand_name) = lower(p_brand);
      if v_brand is null then raise exception 'brand % not found', p_brand; end if;
      with combo as (
        select b.x as base, f.x as flavor, s.x as size, p.x as pack,
               row_number() over (partition by b.x order by f.o, s.o, p.o) as rn
        from unnest(p_base) with ordinality b(x, o)
        cross join unnest(case when coalesce(cardinality(p_flavors), 0) = 0 then array[''] else p_flavors end) with ordinality f(x, o)
        cross join unnest(case when coalesce(cardinality(p_sizes), 0) = 0 then array[''] else p_sizes end) with ordinality s(x, o)
        cross join unnest(case when coalesce(cardinality(p_packs), 0) = 0 then array[''] else p_packs end) with ordinality p(x, o)
      ), named as (
        select distinct on (concat_ws(' ', base, nullif(flavor, ''), nullif(size, ''), nullif(pack, '')))
               concat_ws(' ', base, nullif(flavor, ''), nullif(size, ''), nullif(pack, '')) as product_name,
               nullif(concat_ws(' ', nullif(size, ''), nullif(pack, '')), '') as pack_size, nullif(flavor, '') as flavor
        from combo where coalesce(p_limit, 0) <= 0 or rn <= p_limit
      )
      insert into masterdata.products (brand_id, product_name, category, subcategory, pack_size, upc, metadata)
      select v_brand, product_name, p_category, p_subcategory, pack_size, masterdata.synthetic_upc(p_brand || ':' || product_name),
             jsonb_strip_nulls(jsonb_build_object('auto', true, 'flavor', flavor))
      from named on conflict (brand_id, product_name) do nothing;
      get diagnostics n = row_count;
      return n;
    end $$;

    create function masterdata.import_sku_catalog() returns table (brands_imported int, products_imported int) language plpgsql as $$
    declare nb int; np int;
    begin
      insert into masterdata.brands (brand_name, company)
      select distinct on (lower(u.brand_name)) u.brand_name, coalesce(u.manufacturer, u.brand_name)
      from staging.sku_catalog_upload u
      where u.brand_name is not null
        and not exists (select 1 from masterdata.brands b where lower(b.brand_name) = lower(u.brand_name))
      order by lower(u.brand_name), u.product_key;
      get diagnostics nb = row_count;
      insert into masterdata.products as p (brand_id, product_name, category, subcategory, pack_size, upc, metadata)
      select distinct on (b.id, u.product_name) b.id, u.product_name, u.category_name, u.unit_type, u.pack_size,
             coalesce(nullif(u.barcode, 'UNKNOWN'), masterdata.synthetic_upc(u.brand_name || ':' || u.product_name || ':' || coalesce(u.pack_size, ''))),
             jsonb_build_object('sku', u.sku, 'list_price', u.list_price, 'is_active', u.is_active)
      from staging.sku_catalog_upload u join masterdata.brands b on lower(b.brand_name) = lower(u.brand_name)
      where u.product_name is not null
      order by b.id, u.product_name, u.product_key desc
      on conflict (brand_id, product_name) do update
        set category = excluded.category, subcategory = excluded.subcategory, pack_size = excluded.pack_size,
            metadata = p.metadata || excluded.metadata;
      get diagnostics np = row_count;
      return query select nb, np;
    end $$;

    create function scout.refresh_materialized_views() returns void language plpgsql as $$
    declare v record;
    begin
      for v in select schemaname, matviewname from pg_matviews where schemaname = 'scout' order by 2 loop
        execute format('refresh materialized view %I.%I', v.schemaname, v.matviewname);
      end loop;
    end $$;

    create function scout.cleanup_rpc_cache() returns void language sql as
    $$ delete from scout.rpc_cache where expires_at < now() $$;

    create function scout.enforce_retention_policy() returns void language sql as $$
      insert into scout_archive.agent_feed_archive
        (id, created_at, severity, source, title, description, payload, related_ids, status)
      select id, created_at, severity, source, title, description, payload, related_ids, status
      from scout.agent_feed where created_at < now() - interval '90 days';
      delete from scout.agent_feed where created_at < now() - interval '90 days';
      delete from scout.platinum_monitor_events where occurred_at < now() - interval '180 days';
      update scout.agent_feed set status = 'archived' where status = 'read' and created_at < now() - interval '30 days';
    $$;
    """#
}
