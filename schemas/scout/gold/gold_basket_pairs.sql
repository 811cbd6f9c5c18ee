/*---
description: Product codes bought together in at least 10 transactions.
grain: [sku_a, sku_b]
columns:
  sku_a: {type: text, description: The first product code.}
  sku_b: {type: text, description: "The second product code, greater than the first."}
  co_occurrences: {type: bigint, description: Transactions with both.}
  transactions_a: {type: bigint, description: Transactions with the first.}
  transactions_b: {type: bigint, description: Transactions with the second.}
  support: {type: numeric, description: Share of all transactions that hold both.}
  confidence_ab: {type: numeric, description: Share of the first's transactions that hold the second too.}
  confidence_ba: {type: numeric, description: Share of the second's transactions that hold the first too.}
  lift: {type: numeric, description: How many times likelier together than by chance.}
---*/
with total as (
  select sum(transactions) as transactions
  from scout.rollup_store_daily
)
select
  p.sku_a,
  p.sku_b,
  p.co_occurrences,
  a.transactions as transactions_a,
  b.transactions as transactions_b,
  p.co_occurrences / t.transactions as support,
  p.co_occurrences::numeric / a.transactions as confidence_ab,
  p.co_occurrences::numeric / b.transactions as confidence_ba,
  p.co_occurrences * t.transactions / (a.transactions::numeric * b.transactions) as lift
from scout.rollup_basket_pairs p
join scout.rollup_skus a on a.sku = p.sku_a
join scout.rollup_skus b on b.sku = p.sku_b
cross join total t
where p.co_occurrences >= 10
