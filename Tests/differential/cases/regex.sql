-- Regular expressions: hand-written edge cases, then a sample of random ones.
select product ~ '\d+(ml|L)\M' from (values ('Evap 370ml'),('Cola 1.5L x'),('L3ml3')) v(product)
select 'abc' ~ 'b', 'abc' ~* 'B', 'abc' !~ 'b', 'abc' !~* 'B', null ~ 'a'
select substring('foobar' from 'o.b'), substring('foobar' from 'o(.)b'), substring('foobar' from 'x'), substring('XY1234Z', 'Y*([0-9]{1,3})'), substring('XY1234Z', 'Y*?([0-9]{1,3})')
select regexp_replace('Alaska  Evap   370ml', '\s+', ' ', 'g'), regexp_replace('a1b2', '\d', '#'), regexp_replace('2025-08-23', '(\d+)-(\d+)-(\d+)', '\3/\2/\1'), regexp_replace('Ünï x', '[^[:ascii:]]', '?', 'g'), regexp_replace('FooBar', 'o', '0', 'gi')
select regexp_count('banana', 'an'), regexp_count('banana', 'a', 3), regexp_count('bAnAna','a',1,'i'), regexp_substr('tx-123-x', '\d+'), regexp_like('Abc', '^a', 'i'), regexp_instr('abcabc','b',1,2), regexp_instr('abcabc','b(c)',1,1,1,'',1)
select regexp_replace('foobarbaz', 'b..', 'X'), regexp_replace('foobarbaz', 'b..', 'X', 'g'), regexp_replace('foobarbaz', 'b(..)', 'X\1Y', 'g'), regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 0, 'i'), regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 3, 'i')
select regexp_replace('abc','x*','-','g'), regexp_replace('abc','','-','g'), regexp_replace('abc','b*?','-','g'), regexp_replace('a\b','\\','\\\\'), regexp_replace('abc','(b)','[\&\1\2\q\]'), regexp_replace('abc', 'b', '\')
select * from regexp_split_to_table('the quick brown fox', '\s+')
select * from regexp_split_to_table('abc', '')
select * from regexp_split_to_table(',a,,b,', ',')
select regexp_split_to_table('the quick brown fox', '\s*')
select 'abc' similar to 'abc', 'abc' similar to 'a', 'abc' similar to '%(b|d)%', 'abc' similar to '(b|c)%', 'a.c' similar to 'a.c', 'abc' similar to 'a.c', 'xabcx' similar to '_abc_', '-abc-' similar to '%\mabc\M%', 'xyz' similar to '[x-z]+', 'a%' similar to 'a#%' escape '#', 'a' not similar to 'b'
select substring('foobar' similar '%#"o_b#"%' escape '#'), substring('foobar' similar '#"o_b#"%' escape '#'), substring('abcdefg' similar 'a#"%#"g' escape '#'), substring('abcdefg' similar '%#"b#"%#"x' escape '#')
select substring('abcdefg' similar '%#"b#"%#"x#"' escape '#')
select 'a' ~ '('
select 'a' ~ '[a'
select 'a' ~ 'a{2,1}'
select 'a' ~ '*a'
select 'a' ~ 'a**'
select 'a' ~ '\'
select 'a' ~ '\q'
select 'a' ~ '[b-a]'
select 'a' ~ '[[:foo:]]'
select 'a' ~ '(a)\2'
select 'a' ~ 'a{300}'
select 'a' ~ 'a{1'
select 'a' ~ 'a)'
select 'a' ~ '(?z)a'
select 'a' ~ '[a-[:digit:]]'
select regexp_replace('a','a','b','z')
select regexp_replace('a','a','b','1')
select regexp_like('a','a','g')
select regexp_count('a','a',0)
select regexp_instr('a','a',1,0)
select regexp_substr('a','a',1,1,'',-1)
select 'foo bar' ~ '\yfoo\y', 'foobar' ~ '\yfoo\y', 'foo' ~ '\Afoo\Z', E'a\nb' ~ '^b', E'a\nb' ~ '(?n)^b', E'a\nb' ~ 'a.b', E'a\nb' ~ '(?n)a.b', E'a\nb' ~ '(?p)a$', E'a\nb' ~ '(?w)a$', 'AB' ~ '(?i)ab', 'a b' ~ '(?x)a b', 'a b' ~ '***=a b', 'aXb' ~ '***:(?i)axb'
select 'abab' ~ '^(ab)\1$', 'abba' ~ '(.)\1', 'AaA' ~* '^(a)\1\1$', 'foobar' ~ 'foo(?=bar)', 'foobar' ~ 'foo(?!bar)', 'foobar' ~ '(?<=foo)bar', 'foobar' ~ '(?<!foo)bar', substring('price: $45' from '(?<=\$)\d+')
select 'é' ~ '^\w$', 'é' ~ '[[:alpha:]]', 'É' ~* 'é', '$' ~ '[[:punct:]]', '_' ~ '\w', '٣' ~ '\d', ' ' ~ '\s', '₱' ~ '\W', 'ñ' ~ '[a-z]', 'Ñ' ~ '[[:upper:]]', 'a' ~ '[^[:space:]]', 'x' ~ '[\d\w]', '-' ~ '[\W]', E'\u00a0' ~ '\s'
select regexp_replace('aaa', 'a{2}', 'b'), regexp_replace('aaa', 'a{1,2}?', 'b'), regexp_replace('aaa', 'a{,2}', 'b'), 'a{' ~ 'a{', 'a\b' ~ 'a\\b', 'ab' ~ 'a\x62', 'ab' ~ '\u0061b', 'a-b' ~ '[a-]-[b]', ']' ~ '[]]', '^' ~ '[a^]'
select substring('xabcy' from '(a|ab)(c|bcd)?'), substring('abcd' from '(a|ab)(c|bcd)(d*)'), substring('abcd' from '(?:a|ab)(c|bcd)(?:d*)'), substring('aab' from 'a*(?:ab)?(b*)'), substring('foo123' from '(.*)(\d+)'), substring('foo123' from '(.*?)(\d+)'), substring('foo123' from '(?:.*?)(\d+)$')
select regexp_replace('1234567890', '(\d)(?=(\d{3})+$)', '\1,', 'g'), regexp_replace('hello world', '\m(\w)', '<\1>', 'g'), regexp_replace('aXbXc', '(.*)X', '\1-'), regexp_replace('aXbXc', '(.*?)X', '\1-')
select regexp_replace('ba','(a|(b))*','[\1|\2]'), regexp_replace('ab','(a|(b))*','[\1|\2]'), regexp_replace('aba','(?:(a)|(b))+','[\1|\2]'), regexp_replace('abcabc','(abc)*','<\1>'), regexp_replace('abab','(ab){2}','<\1>'), regexp_replace('xyz','(x)?(y)?(q)?','<\1\2\3>')
select regexp_replace('aaaabbbb', '(a+?)(b+?)', '<\1|\2>'), regexp_replace('aaaabbbb', '(a+?)(b+)', '<\1|\2>'), regexp_replace('aaaabbbb', '(a+)(b+?)', '<\1|\2>'), regexp_replace('aaaabbbb', '(?:a+?)(b+)', '<\1>')
select 'abca' ~ 'c\Y', regexp_replace('abca', 'c\Y', '<\1|\2|\3>', 'g'), substring('abca' from 'c\Y')
select 'babbbabc' ~ '\Zb{2,}b(a)', regexp_replace('babbbabc', '\Zb{2,}b(a)', '<\1|\2|\3>', 'g'), substring('babbbabc' from '\Zb{2,}b(a)')
select '' ~ '.{0,2}?^\Z', regexp_replace('', '.{0,2}?^\Z', '<\1|\2|\3>', 'g'), substring('' from '.{0,2}?^\Z')
select '' ~ 'b{2}\Aa[ab]', regexp_replace('', 'b{2}\Aa[ab]', '<\1|\2|\3>', 'g'), substring('' from 'b{2}\Aa[ab]')
select 'acc' ~ '.{2}|(?:(c{0,2}?)??b{0,2}?\d{0,2}?|((bc+?c|aaca{2})bb(\1[ab]??)|.(.a|b{1,3}?c{0})cc{0,2}?|aa)c?)b+?', regexp_replace('acc', '.{2}|(?:(c{0,2}?)??b{0,2}?\d{0,2}?|((bc+?c|aaca{2})bb(\1[ab]??)|.(.a|b{1,3}?c{0})cc{0,2}?|aa)c?)b+?', '<\1|\2|\3>', 'wg'), substring('acc' from '.{2}|(?:(c{0,2}?)??b{0,2}?\d{0,2}?|((bc+?c|aaca{2})bb(\1[ab]??)|.(.a|b{1,3}?c{0})cc{0,2}?|aa)c?)b+?')
select 'aaaca' ~ 'b|c{1,3}?', regexp_replace('aaaca', 'b|c{1,3}?', '<\1|\2|\3>', 'g'), substring('aaaca' from 'b|c{1,3}?')
select 'aabbaacc' ~ 'a{2}[[:alpha:]]?c{0,2}?a', regexp_replace('aabbaacc', 'a{2}[[:alpha:]]?c{0,2}?a', '<\1|\2|\3>', 'pg'), substring('aabbaacc' from 'a{2}[[:alpha:]]?c{0,2}?a')
select 'b' ~ 'ac((?:(a(?=a)c*?[ab]{0})|b*?b*[a-c]{1,2}|(c??\Y|ac?)ab+){1,2}cb+c{1,2})+|\w??a{1,3}?.+?.{0}|cc+', regexp_replace('b', 'ac((?:(a(?=a)c*?[ab]{0})|b*?b*[a-c]{1,2}|(c??\Y|ac?)ab+){1,2}cb+c{1,2})+|\w??a{1,3}?.+?.{0}|cc+', '<\1|\2|\3>', 'wg'), substring('b' from 'ac((?:(a(?=a)c*?[ab]{0})|b*?b*[a-c]{1,2}|(c??\Y|ac?)ab+){1,2}cb+c{1,2})+|\w??a{1,3}?.+?.{0}|cc+')
select 'abbab' ~ '^(c{0}|b$c?a)(?:.{0})(?<=bb(a{0}b[[:alpha:]]|a+b{2,}[a-c]b{0,2}?|[^a]?a\Z){0,2}?.?|c+(?:a)?(?:bc{2})a{2})', regexp_replace('abbab', '^(c{0}|b$c?a)(?:.{0})(?<=bb(a{0}b[[:alpha:]]|a+b{2,}[a-c]b{0,2}?|[^a]?a\Z){0,2}?.?|c+(?:a)?(?:bc{2})a{2})', '<\1|\2|\3>', 'g'), substring('abbab' from '^(c{0}|b$c?a)(?:.{0})(?<=bb(a{0}b[[:alpha:]]|a+b{2,}[a-c]b{0,2}?|[^a]?a\Z){0,2}?.?|c+(?:a)?(?:bc{2})a{2})')
select 'baabb1 ' ~ 'b|c*?(?:(b(?:.{0,2}?|\S.{1,2}(?=a)){0,2}?))$b+|ab', regexp_replace('baabb1 ', 'b|c*?(?:(b(?:.{0,2}?|\S.{1,2}(?=a)){0,2}?))$b+|ab', '<\1|\2|\3>', 'ig'), substring('baabb1 ' from 'b|c*?(?:(b(?:.{0,2}?|\S.{1,2}(?=a)){0,2}?))$b+|ab')
select 'cbaca' ~ '\1.{1,3}?a|(?:b{1,2}\S{2})(?:(?<!ba?b{2}a{1,3}?))?', regexp_replace('cbaca', '\1.{1,3}?a|(?:b{1,2}\S{2})(?:(?<!ba?b{2}a{1,3}?))?', '<\1|\2|\3>', 'g'), substring('cbaca' from '\1.{1,3}?a|(?:b{1,2}\S{2})(?:(?<!ba?b{2}a{1,3}?))?')
select 'bcbb b' ~ '.a{2}|c.??|cc', regexp_replace('bcbb'||chr(10)||'b', '.a{2}|c.??|cc', '<\1|\2|\3>', 'g'), substring('bcbb b' from '.a{2}|c.??|cc')
select 'aacba ab' ~ '\y((?:a{0}b??\2?(b{0,2}?bb.+)|(?:\ya+?.|ab.{0,2}?b*|baba{0})*?b{1,2}b){2})a??\y', regexp_replace('aacba'||chr(10)||'ab', '\y((?:a{0}b??\2?(b{0,2}?bb.+)|(?:\ya+?.|ab.{0,2}?b*|baba{0})*?b{1,2}b){2})a??\y', '<\1|\2|\3>', 'wg'), substring('aacba ab' from '\y((?:a{0}b??\2?(b{0,2}?bb.+)|(?:\ya+?.|ab.{0,2}?b*|baba{0})*?b{1,2}b){2})a??\y')
select 'bb ' ~ '(?!b|.[a-c]\S{2})', regexp_replace('bb ', '(?!b|.[a-c]\S{2})', '<\1|\2|\3>', 'g'), substring('bb ' from '(?!b|.[a-c]\S{2})')
select 'bbbbbc ' ~ '\2(?:\2c*?b{1,3}?\1{1,2}|\2(a)+?)|cb*|(ca+?|(?<=c*cb)b.*?){1,3}?^', regexp_replace('bbbbbc'||chr(10)||'', '\2(?:\2c*?b{1,3}?\1{1,2}|\2(a)+?)|cb*|(ca+?|(?<=c*cb)b.*?){1,3}?^', '<\1|\2|\3>', 'ng'), substring('bbbbbc ' from '\2(?:\2c*?b{1,3}?\1{1,2}|\2(a)+?)|cb*|(ca+?|(?<=c*cb)b.*?){1,3}?^')
select 'acac' ~ '\A', regexp_replace('acac', '\A', '<\1|\2|\3>', 'g'), substring('acac' from '\A')
select 'abab ' ~ '(?=c*b{1,3}?c*?)c{1,2}([ab][ab])\w|cb?a', regexp_replace('abab'||chr(10)||'', '(?=c*b{1,3}?c*?)c{1,2}([ab][ab])\w|cb?a', '<\1|\2|\3>', 'g'), substring('abab ' from '(?=c*b{1,3}?c*?)c{1,2}([ab][ab])\w|cb?a')
select 'ba' ~ '((?:a+?b??|cc*?)(?<=c+?b|\1{2}|c+?c))c{2}', regexp_replace('ba', '((?:a+?b??|cc*?)(?<=c+?b|\1{2}|c+?c))c{2}', '<\1|\2|\3>', 'pg'), substring('ba' from '((?:a+?b??|cc*?)(?<=c+?b|\1{2}|c+?c))c{2}')
select 'cbbbbc' ~ 'b{1,2}ab{0,2}?|(.|c??){2}a', regexp_replace('cbbbbc', 'b{1,2}ab{0,2}?|(.|c??){2}a', '<\1|\2|\3>', 'g'), substring('cbbbbc' from 'b{1,2}ab{0,2}?|(.|c??){2}a')
select 'ac' ~ '(?:a??|c([ab]|(ca.??)?){1,3}?)[[:alpha:]](c{1,3}?|(?:ca(ab{1,2}|b*a+?)|c{0}.)+a{0}a{2}){1,2}', regexp_replace('ac', '(?:a??|c([ab]|(ca.??)?){1,3}?)[[:alpha:]](c{1,3}?|(?:ca(ab{1,2}|b*a+?)|c{0}.)+a{0}a{2}){1,2}', '<\1|\2|\3>', 'ng'), substring('ac' from '(?:a??|c([ab]|(ca.??)?){1,3}?)[[:alpha:]](c{1,3}?|(?:ca(ab{1,2}|b*a+?)|c{0}.)+a{0}a{2}){1,2}')
select 'aaa' ~ '[a-c]a', regexp_replace('aaa', '[a-c]a', '<\1|\2|\3>', 'ig'), substring('aaa' from '[a-c]a')
select 'caaaa' ~ '((?:c)ca|b*(b))a\1??c{2}', regexp_replace('caaaa', '((?:c)ca|b*(b))a\1??c{2}', '<\1|\2|\3>', 'pg'), substring('caaaa' from '((?:c)ca|b*(b))a\1??c{2}')
select 'b' ~ 'c[[:alpha:]]{2,}', regexp_replace('b', 'c[[:alpha:]]{2,}', '<\1|\2|\3>', 'g'), substring('b' from 'c[[:alpha:]]{2,}')
select 'bba' ~ '\1[ab]*?(cb([ab]bb*?|(?:aa{1,2}|[ab]b(?=a)a??){1,2})){2,}|[[:alpha:]](c*?|bc*)|cc', regexp_replace('bba', '\1[ab]*?(cb([ab]bb*?|(?:aa{1,2}|[ab]b(?=a)a??){1,2})){2,}|[[:alpha:]](c*?|bc*)|cc', '<\1|\2|\3>', 'ig'), substring('bba' from '\1[ab]*?(cb([ab]bb*?|(?:aa{1,2}|[ab]b(?=a)a??){1,2})){2,}|[[:alpha:]](c*?|bc*)|cc')
select '1cbabacc' ~ 'ca(\A.{0}(c?))+b{2}|c[[:alpha:]]\S|a', regexp_replace('1cbabacc', 'ca(\A.{0}(c?))+b{2}|c[[:alpha:]]\S|a', '<\1|\2|\3>', 'g'), substring('1cbabacc' from 'ca(\A.{0}(c?))+b{2}|c[[:alpha:]]\S|a')
select 'bbaa' ~ '\M\d{1,3}?|ca{0,2}?a', regexp_replace('bbaa', '\M\d{1,3}?|ca{0,2}?a', '<\1|\2|\3>', 'g'), substring('bbaa' from '\M\d{1,3}?|ca{0,2}?a')
