/*---
description: Sales per product over all time.
grain: [category, brand, sku]
columns:
  category: {type: text, description: Category of the line items.}
  brand: {type: text, description: Brand of the line items.}
  sku: {type: text, description: Product code.}
  transactions: {type: bigint, description: Distinct transactions.}
  units: {type: bigint, description: Single pieces sold, packs counted by their content; returns are negative.}
  net_amount: {type: "numeric(18,2)", description: Pesos after discounts.}
  stores: {type: bigint, description: Distinct stores.}
---*/
select
  category,
  brand,
  sku,
  count(distinct transaction_id) as transactions,
  sum(units)::bigint as units,
  sum(net_amount)::numeric(18,2) as net_amount,
  count(distinct store_id) as stores
from scout.silver_line_items
group by category, brand, sku
