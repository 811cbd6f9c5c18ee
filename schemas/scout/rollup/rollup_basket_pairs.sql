/*---
description: Product codes bought together, however seldom; sku_a comes before sku_b.
grain: [sku_a, sku_b]
columns:
  sku_a: {type: text, description: The first product code.}
  sku_b: {type: text, description: The second product code.}
  co_occurrences: {type: bigint, description: Transactions with both.}
---*/
select
  a.sku as sku_a,
  b.sku as sku_b,
  count(distinct a.transaction_id) as co_occurrences
from scout.silver_line_items a
join scout.silver_line_items b on b.transaction_id = a.transaction_id and b.sku > a.sku
group by a.sku, b.sku
