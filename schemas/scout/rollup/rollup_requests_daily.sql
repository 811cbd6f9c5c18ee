/*---
description: What was asked for each day, and how often something else was sold instead; tells when a product has run out.
grain: [date, requested_sku]
columns:
  date: {type: date, description: Business date in the project's time zone.}
  requested_sku: {type: text, description: The product code that the customer asked for; the one sold where nothing else was asked for.}
  requests: {type: bigint, description: Line items.}
  substituted: {type: bigint, description: Line items in which something else was sold.}
---*/
select
  business_date as date,
  coalesce(requested_sku, sku) as requested_sku,
  count(*) as requests,
  count(*) filter (where is_substituted) as substituted
from scout.silver_line_items
group by business_date, coalesce(requested_sku, sku)
