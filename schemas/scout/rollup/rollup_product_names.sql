/*---
description: The names under which a product was sold, and when last.
grain: [category, brand, sku, product_name]
columns:
  category: {type: text, description: Category of the line items.}
  brand: {type: text, description: Brand of the line items.}
  sku: {type: text, description: Product code.}
  product_name: {type: text, nullable: true, description: Name as the source gave it; null where it gave none.}
  lines: {type: bigint, description: Line items.}
  last_ts: {type: timestamptz, description: The latest sale under this name.}
---*/
select
  category,
  brand,
  sku,
  product_name,
  count(*) as lines,
  max(ts) as last_ts
from scout.silver_line_items
group by category, brand, sku, product_name
