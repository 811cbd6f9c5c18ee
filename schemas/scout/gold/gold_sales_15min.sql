/*---
description: Sales per brand and quarter of an hour; buckets start at :00, :15, :30 and :45 UTC.
grain: [ts, brand]
columns:
  ts: {type: timestamptz, description: Start of the bucket.}
  brand: {type: text, description: Brand of the line items.}
  units: {type: bigint, description: Single pieces sold, packs counted by their content; returns are negative.}
  qty: {type: bigint, description: Packs as they lie on the shelf; returns are negative.}
  net_amount: {type: "numeric(12,2)", description: Pesos after discounts.}
  transactions: {type: bigint, description: Distinct transactions.}
  stores: {type: bigint, description: Distinct stores.}
---*/
select
  date_bin('15 minutes', ts, timestamptz '1970-01-01 00:00:00+00') as ts,
  brand,
  sum(units)::bigint as units,
  sum(qty) as qty,
  sum(net_amount)::numeric(12,2) as net_amount,
  count(distinct transaction_id) as transactions,
  count(distinct store_id) as stores
from scout.silver_line_items
group by 1, 2
