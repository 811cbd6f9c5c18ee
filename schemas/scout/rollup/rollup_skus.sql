/*---
description: How many transactions hold a product code.
grain: [sku]
columns:
  sku: {type: text, description: Product code.}
  transactions: {type: bigint, description: Distinct transactions.}
---*/
select
  sku,
  count(distinct transaction_id) as transactions
from scout.silver_line_items
group by sku
