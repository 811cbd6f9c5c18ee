/*---
description: What was taken in place of what was asked for.
grain: [requested_sku, sku]
columns:
  requested_sku: {type: text, description: The product code asked for.}
  sku: {type: text, description: The product code sold.}
  substitutions: {type: bigint, description: Line items.}
  stores: {type: bigint, description: Distinct stores.}
---*/
select
  requested_sku,
  sku,
  count(*) as substitutions,
  count(distinct store_id) as stores
from scout.silver_line_items
where is_substituted and requested_sku is not null
group by requested_sku, sku
