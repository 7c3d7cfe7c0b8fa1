-- Tokens of sound and of generated pictures, which are in no other class; and what a provider did beside tokens, such as
-- 'web-searches#search-low=1,file-searches=2'. Attempts from before have them in their input and output.
ALTER TABLE gateway_attempts ADD COLUMN input_audio INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gateway_attempts ADD COLUMN cached_input_audio INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gateway_attempts ADD COLUMN output_audio INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gateway_attempts ADD COLUMN output_image INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gateway_attempts ADD COLUMN uses TEXT NOT NULL DEFAULT '';
